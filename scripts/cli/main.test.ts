import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run } from '../docker/run.ts';
import { type CommandName, commandSummaries, loadCommand } from './commands.ts';
import { suggest } from './suggestion.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const coffee = (...args: string[]) => run(process.execPath, [main, ...args]);
const files = readdirSync(new URL('./commands/', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

describe('coffee', () => {
  test('lists every command with its summary', async () => {
    const { code, stdout } = await coffee('help');
    expect(code).toBe(0);
    for (const name of Object.keys(commandSummaries)) expect(stdout).toContain(`${name} `);
    expect(stdout).toContain(commandSummaries.up);
  });

  test('answers an unknown command with a suggestion and exit code 2', async () => {
    const { code, stderr } = await coffee('docter');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "doctor"?');
  });

  test('prints the usage of one command', async () => {
    const { code, stdout } = await coffee('doctor', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--json');
  });

  test.each(files)('%s is in the list, with the same summary', async (file) => {
    expect(Object.keys(commandSummaries)).toContain(file);
    const command = await loadCommand(file as CommandName);
    expect(command.summary).toBe(commandSummaries[file as CommandName]);
  });
});

test.each(['up', 'down', 'ps', 'test', 'trust', 'doctor'])(
  '%s names an option that it has not',
  async (name) => {
    const { code, stderr } = await coffee(name, '--nonsense');
    expect(code).toBe(1);
    expect(stderr).toContain("Unknown option '--nonsense'");
    expect(stderr).toContain(`./coffee ${name} --help lists what there is.`);
    expect(stderr).not.toMatch(/ at \S+:\d+|Unexpected error/);
  },
);

// A test runner finds exports of CommonJS packages that Node itself does not: what counts is what Node can load.
test('Node can load every command', async () => {
  const urls = files.map((file) => new URL(`./commands/${file}.ts`, import.meta.url).href);
  const script = `await Promise.all(${JSON.stringify(urls)}.map((url) => import(url)))`;
  const { code, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  expect(code, stderr).toBe(0);
});

describe('suggest', () => {
  test.each([
    ['tets', 'test'],
    ['rec', 'reconcile'],
    ['dwon', 'down'],
    ['xyzzy', undefined],
  ])('%s → %s', (typed, meant) => {
    expect(suggest(typed, Object.keys(commandSummaries))).toBe(meant);
  });
});
