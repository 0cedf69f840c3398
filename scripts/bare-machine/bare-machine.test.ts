import { describe, expect, test } from 'vitest';
import { hierarchies } from './control-groups.ts';
import { deletions, freePrefix } from './network.ts';
import { machineSources, reachableResolver } from './root-filesystem.ts';
import { report } from './trial.ts';

describe('network', () => {
  test('takes the first network that the host has no route to', () => {
    expect(freePrefix([{ dst: 'default' }, { dst: '10.213.0.0/24' }, { dst: '10.213.2.0/24' }])).toBe(
      '10.213.1',
    );
  });

  test('deletes the rules of its own name, and no others', () => {
    const listing = [
      '-P FORWARD DROP',
      '-A FORWARD -i cb12h -o eth0 -m comment --comment cb12 -j ACCEPT',
      '-A FORWARD -i cb1h -o eth0 -m comment --comment cb1 -j ACCEPT',
      '-A FORWARD -j DOCKER-USER',
    ].join('\n');
    const words = '-D FORWARD -i cb1h -o eth0 -m comment --comment cb1 -j ACCEPT'.split(' ');
    expect(deletions(listing, 'cb1')).toEqual([words]);
  });
});

describe('root file system', () => {
  const main = { uris: ['http://mirror.example/debian'], suites: ['bookworm'], components: ['main'] };
  const security = {
    uris: ['http://mirror.example/security'],
    suites: ['bookworm-security'],
    components: ['main'],
  };

  test("takes another suite from the host's mirror", () => {
    expect(machineSources('trixie', [main, security])).toEqual([
      'deb http://mirror.example/debian trixie main',
      'deb http://mirror.example/debian trixie-updates main',
      'deb http://mirror.example/security trixie-security main',
    ]);
  });

  test('leaves the choice to mmdebstrap on a host without Debian sources', () => {
    expect(machineSources('bookworm', [])).toEqual([]);
  });

  test("skips a resolver on the host's loopback network", () => {
    expect(reachableResolver(['nameserver 127.0.0.53\n', 'nameserver 198.51.100.1\n'])).toBe(
      'nameserver 198.51.100.1\n',
    );
    expect(() => reachableResolver(['nameserver 127.0.0.53\n'])).toThrow(/name server/);
  });
});

test('finds the cgroup hierarchies of both versions', () => {
  const mountinfo = [
    '22 1 0:20 / /proc rw,relatime - proc proc rw',
    '30 22 0:26 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu',
    '31 22 0:27 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
  ].join('\n');
  expect(hierarchies(mountinfo)).toEqual(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/unified']);
});

test('the report has one line a command, with time and outcome', () => {
  const timings = [
    { command: './coffee up', code: 0, seconds: 61.25 },
    { command: './coffee test', code: 1, seconds: 5 },
  ];
  expect(report(timings)).toBe('    61.3 s  ok  ./coffee up\n     5.0 s  exit 1  ./coffee test');
});
