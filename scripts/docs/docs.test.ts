import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { callsIn, testedBy, unknownCalls, unknownScripts, untested } from './commands.ts';
import { anchorsOf, blocksOf, inlineCodeOf, linksOf, picturesOf } from './markdown.ts';
import { allPages, deadLinks, shownPictures } from './pages.ts';
import { scriptOf } from './script.ts';
import { unfinished } from './unfinished.ts';

const pages = allPages();
/** What was said once stays as it was said. */
const living = pages.filter(({ path }) => !/^(CHANGELOG\.md|docs\/adr\/|docs\/nightly\/)/.test(path));

describe('the documents', () => {
  it('are found', () => {
    const paths = pages.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['README.md', 'docs/first-ten-minutes.md', 'docs/reference/cli.md']),
    );
  });

  it('have no link that leads nowhere', () => {
    expect(deadLinks(pages)).toEqual([]);
  });

  // Guard: ./coffee docs screenshots takes pictures that somebody looks at, and nobody is shown a gap.
  it('show pictures that are there, and every one that is taken', () => {
    const shown = shownPictures(pages);
    expect(shown.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
    const folder = 'docs/screenshots';
    const taken = readdirSync(join(repositoryRoot, folder)).map((name) => `${folder}/${name}`);
    expect(taken.filter((path) => !shown.includes(path))).toEqual([]);
    expect(taken.length).toBeGreaterThan(0);
  });

  it('call no command, and give no flag, that there is not', async () => {
    expect(await unknownCalls(living)).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    expect(unknownScripts(living, scripts)).toEqual([]);
  });

  // Guard: a figure that was to be measured, and a sentence that was to be written, are there.
  it('are finished, and so are decisions', () => {
    const decisions = pages.filter(({ path }) => path.startsWith('docs/adr/'));
    expect(unfinished([...living, ...decisions])).toEqual([]);
  });

  // Guard: a document does not tell what does not work.
  it('have no command that nobody tries', () => {
    expect(untested(living)).toEqual([]);
  });
});

const text = `# One \`x\` title

See [there](there.md#a-b), ![picture](a.png "title") and <https://example.com>. \`./coffee up\` is no [link](x).

\`\`\`sh run
./coffee order --pay crypto | tee out
echo "[not](a-link.md)"
\`\`\`

## Two & three
1. A list:
   \`\`\`sh shown="needs a real cluster"
   ./coffee cluster up
   \`\`\`
`;

describe('a page', () => {
  it('has blocks, with what is said of them', () => {
    expect(blocksOf(text)).toEqual([
      {
        language: 'sh',
        info: 'run',
        line: 6,
        text: './coffee order --pay crypto | tee out\necho "[not](a-link.md)"',
      },
      { language: 'sh', info: 'shown="needs a real cluster"', line: 13, text: './coffee cluster up' },
    ]);
    expect(blocksOf(text).map(testedBy)).toEqual([
      { how: 'run' },
      { how: 'shown', reason: 'needs a real cluster' },
    ]);
    expect(testedBy({ language: 'sh', info: 'shown="no"', text: '', line: 1 })).toBeUndefined();
  });

  it('has links, anchors and code', () => {
    expect(linksOf(text)).toEqual(['there.md#a-b', 'a.png', 'x']);
    expect(picturesOf(text)).toEqual(['a.png']);
    expect(
      shownPictures([{ path: 'docs/page.md', text: '![a](../b.png) ![c](https://d.example/e.png)' }]),
    ).toEqual(['b.png']);
    expect([...anchorsOf(text)]).toEqual(['one-x-title', 'two-three']);
    expect(inlineCodeOf(text)).toEqual(['x', './coffee up']);
  });

  it('is a script of what is run in it', () => {
    const script = scriptOf('page.md', text) ?? '';
    expect(script).toContain("echo '--- page.md:6'\n./coffee order");
    expect(script).not.toContain('cluster');
    expect(scriptOf('page.md', 'nothing')).toBeUndefined();
  });
});

describe('a call', () => {
  it('has a name, words and flags', () => {
    expect(
      callsIn(
        'a="$(./coffee token --role operator)"; ./coffee fault latency \\\n  kafka --delay=500ms # slow',
      ),
    ).toEqual([
      { name: 'token', words: ['operator'], flags: ['--role'] },
      { name: 'fault', words: ['latency', 'kafka'], flags: ['--delay'] },
    ]);
  });

  it('of what there is not is told of', async () => {
    const wrong = [
      { path: 'a.md', text: '`./coffee brew` `./coffee order --sugar` `./coffee order --json`' },
    ];
    expect(await unknownCalls(wrong)).toEqual(['a.md: ./coffee brew', 'a.md: ./coffee order --sugar']);
    const scripts = { path: 'b.md', text: 'Try `npm run lint` or npm run bench:tea.' };
    expect(unknownScripts([scripts], { lint: 'biome check' })).toEqual(['b.md: npm run bench:tea']);
  });
});

it('finds what was left unfinished, and not what only speaks of it', () => {
  const text = 'Median: MEASURED\nAs measured, TODOS and `MY_TODO`.\n- TBD: who\n';
  expect(unfinished([{ path: 'a.md', text }])).toEqual(['a.md:1: Median: MEASURED', 'a.md:3: - TBD: who']);
});

it('finds dead links, and blocks that nobody tries', () => {
  const root = mkdtempSync(join(tmpdir(), 'go-coffee-docs-'));
  try {
    writeFileSync(join(root, 'there.md'), '# Here\n');
    writeFileSync(join(root, 'suite.ts'), "coffee('up')");
    const page = {
      path: 'page.md',
      text: '[a](there.md#here) [b](there.md#gone) [c](gone.md) [d](#own) [e](https://example.com)\n# Own\n```sh test="suite.ts"\n./coffee up\n./coffee down\n```\n```sh\nls\n```\n```sh test="none.ts"\nls\n```\n',
    };
    writeFileSync(join(root, page.path), page.text);
    expect(deadLinks([page], root)).toEqual(['page.md → there.md#gone', 'page.md → gone.md']);
    expect(untested([page], root)).toEqual([
      'page.md:4: suite.ts has no ./coffee down',
      'page.md:8: says neither run, nor test="…", nor shown="…"',
      'page.md:11: there is no none.ts',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
