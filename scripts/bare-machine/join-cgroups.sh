#!/bin/sh
# join-cgroups.sh NAME COMMAND…: runs COMMAND in the control groups NAME, one a hierarchy, making them if need be.
# In version 2 the leaf NAME/init is joined once it exists: a group with processes may not hand controllers down.
set -eu
name=$1; shift
# Columns of mountinfo(5): the mount point is the fifth; after " - " come type, source and options.
sed -n 's/^\([^ ]* \)\{4\}\([^ ]*\) .* - \(cgroup2\{0,1\}\) .*$/\2 \3/p' /proc/self/mountinfo | while read -r folder type; do
  group=$folder/$name
  mkdir -p "$group"
  # A cpuset starts empty, and an empty one takes no process.
  for file in cpuset.cpus cpuset.mems; do
    if [ "$type" = cgroup ] && [ -e "$group/$file" ]; then cat "$folder/$file" >"$group/$file"; fi
  done
  if [ "$type" = cgroup2 ] && [ -d "$group/init" ]; then group=$group/init; fi
  echo $$ >"$group/cgroup.procs"
done
exec "$@"
