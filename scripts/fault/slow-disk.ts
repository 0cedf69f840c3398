import { UserError } from '../cli/user-error.ts';

/** A file of the kernel that limits a control group's writes, with what to write into it. */
export interface Throttle {
  /** Below the control groups' mount point. */
  readonly file: string;
  readonly limit: string;
  readonly unlimited: string;
}

const remedy = 'Leave slow disks out on this host (./coffee chaos --without slow-disk).';

/**
 * Where a container's disk is slowed down.
 * @param cgroup what /proc/PID/cgroup says of one of its processes
 * @param device the disk as major:minor
 * @throws UserError where it can't be: no disk behind the volume, no I/O controller
 */
export function throttleOf(cgroup: string, device: string, writesPerSecond: number): Throttle {
  if (!/^[1-9]\d*:\d+$/.test(device)) {
    throw new UserError(`The volume is on device ${device}, which is no disk of its own.`, remedy);
  }
  const groups = cgroup
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .filter((match) => match !== null);
  // https://docs.kernel.org/admin-guide/cgroup-v1/blkio-controller.html
  const version1 = groups.find(([, controllers = '']) => controllers.split(',').includes('blkio'))?.[2];
  if (version1 !== undefined) {
    return {
      file: `blkio${version1}/blkio.throttle.write_iops_device`,
      limit: `${device} ${writesPerSecond}`,
      unlimited: `${device} 0`,
    };
  }
  // https://docs.kernel.org/admin-guide/cgroup-v2.html#io
  const version2 = groups.find(([, controllers]) => controllers === '')?.[2];
  if (version2 !== undefined) {
    return {
      file: `${version2.replace(/^\//, '')}/io.max`,
      limit: `${device} wiops=${writesPerSecond}`,
      unlimited: `${device} wiops=max`,
    };
  }
  throw new UserError('This host has no control group that limits writes.', remedy);
}

/** Where the injector sees the host's control groups. */
export const cgroupMount = '/host-cgroup';

/** Prints the disk below a folder as major:minor, and then the control groups of a process. */
export const lookScript = (pid: number, folder: string): string => `set -eu
device=$(stat -c '%Hd:%Ld' '${folder}')
# Only whole disks can be limited.
if [ -e "/sys/dev/block/$device/partition" ]; then device=$(cat "/sys/dev/block/$device/../dev"); fi
echo "$device"
cat /proc/${pid}/cgroup
`;

/** Writes a limit; the file is missing where the host does not hand the controller down. */
export const writeScript = (file: string, text: string): string => `set -eu
file='${cgroupMount}/${file}'
if [ ! -e "$file" ]; then echo "no such control: $file" >&2; exit 3; fi
echo '${text}' > "$file"
`;

/** Takes the limit away; a container that was started anew has another control group, without one. */
export const liftScript = (file: string, text: string): string => `set -eu
file='${cgroupMount}/${file}'
if [ -e "$file" ]; then echo '${text}' > "$file"; fi
`;

const probeWrites = 5;

/** Run in the container itself: a few small writes that each wait for the disk. Prints their seconds. */
export const probeScript = (folder: string): string => `set -eu
file='${folder}/.coffee-disk-probe'
trap 'rm -f "$file"' EXIT
LC_ALL=C dd if=/dev/zero of="$file" bs=4k count=${probeWrites} oflag=dsync 2>&1 | sed -n 's/.*copied, \\([0-9.e+-]*\\) s.*/\\1/p'
`;

/** @throws UserError when the writes were faster than the limit allows */
export function assertSlow(seconds: number, writesPerSecond: number): void {
  // Each write is at least one request; the first ones may pass before the limit bites.
  const least = (probeWrites - 2) / writesPerSecond;
  if (seconds >= least) return;
  throw new UserError(
    `This host does not slow the disk down: ${probeWrites} writes took ${seconds} s instead of ${least} s.`,
    remedy,
  );
}
