import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { allPages } from '../docs/pages.ts';
import { scriptOf } from '../docs/script.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const pageWithinMs = 15 * 60_000;
/** Starts the stack, so it comes first. */
const firstPage = 'docs/first-ten-minutes.md';

/** Every command of the documents that says `run`, page by page, as a reader would type it. */
export const docs: Suite = {
  name: 'docs',
  summary: 'types in what the documents say, page by page; starts the stack when it does not run',
  budgetMinutes: 45,
  run: readDocuments,
};

async function readDocuments({ signal, note }: SuiteContext): Promise<SuiteOutcome> {
  const scripts = allPages()
    .flatMap(({ path, text }) => {
      const script = scriptOf(path, text);
      return script === undefined ? [] : [{ path, script }];
    })
    .sort((a, b) => Number(b.path === firstPage) - Number(a.path === firstPage));
  const failures: string[] = [];
  for (const { path, script } of scripts) {
    note(path);
    const { code, stdout, stderr } = await run('bash', ['-s'], {
      cwd: repositoryRoot,
      input: script,
      timeoutMs: pageWithinMs,
      signal,
      onLine: (line) => note(line),
    });
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
    if (code !== 0) failures.push(`${path} ended with ${code}:\n${last}`);
  }
  return {
    figures: [figure('pages', scripts.length), figure('pages that work', scripts.length - failures.length)],
    failures,
  };
}
