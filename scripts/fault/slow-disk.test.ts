import { describe, expect, it } from 'vitest';
import { assertSlow, throttleOf } from './slow-disk.ts';

describe('where writes are limited', () => {
  it('is the blkio controller of control groups of version 1', () => {
    const cgroup = '8:pids:/docker/abc\n7:blkio:/docker/abc\n0::/docker/abc\n';
    expect(throttleOf(cgroup, '254:0', 20)).toEqual({
      file: 'blkio/docker/abc/blkio.throttle.write_iops_device',
      limit: '254:0 20',
      unlimited: '254:0 0',
    });
  });

  it('is io.max in version 2, also below systemd', () => {
    expect(throttleOf('0::/system.slice/docker-abc.scope\n', '8:0', 5)).toEqual({
      file: 'system.slice/docker-abc.scope/io.max',
      limit: '8:0 wiops=5',
      unlimited: '8:0 wiops=max',
    });
  });

  it.each([
    ['a file system without a disk', '0::/docker/abc\n', '0:45'],
    ['nothing readable', '0::/docker/abc\n', ''],
    ['no control group', '', '8:0'],
  ])('is nowhere with %s, which is said', (_case, cgroup, device) => {
    expect(() => throttleOf(cgroup, device, 5)).toThrow();
  });
});

it('is believed only when writes take as long as the limit says', () => {
  expect(() => assertSlow(0.31, 10)).not.toThrow();
  expect(() => assertSlow(0.02, 10)).toThrow(/does not slow the disk down/);
  expect(() => assertSlow(Number.NaN, 10)).toThrow();
});
