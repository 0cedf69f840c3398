import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type PageSources, watchPage } from './page.ts';

const patience = { timeout: 20_000, interval: 50 };

let root: string;
let sources: PageSources;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'go-coffee-page-'));
  sources = { config: join(root, 'vite.config.js'), folder: join(root, 'page') };
  const config = { root, base: '/console/', build: { outDir: sources.folder } };
  writeFileSync(sources.config, `export default ${JSON.stringify(config)};\n`);
  writeFileSync(join(root, 'index.html'), '<script type="module" src="./main.js"></script>\n');
  mkdirSync(sources.folder);
  writeFileSync(join(sources.folder, 'of-another-day.js'), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const save = (text: string): void => writeFileSync(join(root, 'main.js'), text);

/** What a browser would run by index.html. */
function script(): string {
  const html = readFileSync(join(sources.folder, 'index.html'), 'utf8');
  const name = /src="\/console\/([^"]+)"/.exec(html)?.[1];
  if (!name) throw new Error(`no script in ${html}`);
  return readFileSync(join(sources.folder, name), 'utf8');
}

// Guard: on a clean clone there is no page, and a console without one does not start.
it('makes the page before anybody serves it, anew on every edit, and ends with the session', async () => {
  const lines: string[] = [];
  save("document.title = 'first';\n");
  {
    await using _page = await watchPage(sources, (line) => lines.push(line), new AbortController().signal);
    expect(script()).toContain('first');
    expect(readdirSync(sources.folder)).not.toContain('of-another-day.js');
    const before = readdirSync(join(sources.folder, 'assets'));
    save("document.title = 'second';\n");
    await vi.waitFor(() => expect(script()).toContain('second'), patience);
    // Who has the page open still finds what it is made of.
    expect(readdirSync(join(sources.folder, 'assets'))).toEqual(expect.arrayContaining(before));
  }
  save("document.title = 'third';\n");
  expect(lines.filter((line) => line.startsWith('the page is made')).length).toBeGreaterThan(1);
  expect(lines.join('\n')).not.toContain('ended');
});

it('goes on after an edit that makes no page, and says what is wrong with it', async () => {
  const lines: string[] = [];
  save("document.title = 'first';\n");
  await using _page = await watchPage(sources, (line) => lines.push(line), new AbortController().signal);
  save('document.title = ;\n');
  await vi.waitFor(() => expect(lines.join('\n')).toContain('main.js'), patience);
  expect(script()).toContain('first');
  save("document.title = 'mended';\n");
  await vi.waitFor(() => expect(script()).toContain('mended'), patience);
});

it('says when there is no page to begin with', async () => {
  const lines: string[] = [];
  save('document.title = ;\n');
  const page = watchPage(sources, (line) => lines.push(line), new AbortController().signal);
  await expect(page).rejects.toThrow("can't be made");
  expect(lines.join('\n')).toContain('main.js');
});
