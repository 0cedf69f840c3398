import { describe, expect, test } from 'vitest';
import { parseAptSources } from './apt-sources.ts';
import { installPlan } from './install-plan.ts';
import { parseOsRelease } from './os-release.ts';
import { dockerProblems } from './requirements.ts';

const deb822 = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/example.gpg

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
`;
const oneLine =
  '# none\ndeb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian bookworm main contrib\n';

describe('parseAptSources', () => {
  test('reads deb822 stanzas and skips sources of source code', () => {
    const [source, ...others] = parseAptSources('debian.sources', deb822);
    expect(others).toEqual([]);
    expect(source).toMatchObject({ suites: ['bookworm', 'bookworm-updates'], components: ['main'] });
    expect(source?.signedBy).toBe('/usr/share/keyrings/example.gpg');
  });

  test('reads one-line sources with options', () => {
    expect(parseAptSources('sources.list', oneLine)).toEqual([
      {
        uris: ['https://mirror.example/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: '/k.gpg',
      },
    ]);
  });
});

describe('installPlan', () => {
  const bookworm = { id: 'debian', codename: 'bookworm' };

  test('on Debian 12 adds trixie from the configured mirror and keyring, pinned low', () => {
    const plan = installPlan(bookworm, parseAptSources('debian.sources', deb822));
    expect(plan?.packages).toContain('docker-compose/trixie');
    expect(plan?.files[0]?.content).toContain('Pin-Priority: 50');
    expect(plan?.files[1]?.content).toBe(
      'Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/example.gpg\n',
    );
  });

  test('writes nothing where trixie is configured already', () => {
    const sources = parseAptSources('x.list', 'deb http://mirror.example/debian trixie main');
    expect(installPlan(bookworm, sources)?.files).toEqual([]);
  });

  test.each([
    ['ubuntu', 'noble', 'docker-compose-v2'],
    ['debian', 'trixie', 'docker-compose'],
  ])('on %s %s installs %s', (id, codename, name) => {
    expect(installPlan({ id, codename }, [])).toMatchObject({
      files: [],
      packages: expect.arrayContaining([name]),
    });
  });

  test('knows no way on other systems', () => {
    expect(installPlan({ id: 'fedora', codename: '' }, [])).toBeUndefined();
  });
});

test('parseOsRelease reads quoted and bare values', () => {
  expect(parseOsRelease('NAME="Debian"\nID=debian\nVERSION_CODENAME="bookworm"\n')).toEqual({
    id: 'debian',
    codename: 'bookworm',
  });
});

describe('dockerProblems', () => {
  const good = { client: '28.2.2', engine: '26.1.5+dfsg1', compose: '2.26.1-4', buildx: '0.13.1' };
  const { engine: _engine, compose: _compose, ...neither } = good;

  test('has nothing to say about a Docker that fits', () => {
    expect(dockerProblems(good)).toEqual([]);
  });

  test.each([
    ['an engine that is too old', { ...good, engine: '20.10.24' }, ['engine'], /too old/],
    ['a Compose that is too old', { ...good, compose: '2.19.1' }, ['compose'], /2\.20/],
    ['neither engine nor Compose', { ...neither, engineError: 'down' }, ['engine', 'compose'], /down/],
    [
      'no permission',
      { ...neither, compose: '2.26.1', engineError: 'Permission denied' },
      ['engine'],
      /may not/,
    ],
  ])('names %s', (_case, state, parts, message) => {
    const problems = dockerProblems(state);
    expect(problems.map(({ part }) => part)).toEqual(parts);
    expect(problems[0]?.message).toMatch(message);
  });
});
