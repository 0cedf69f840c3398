import { join } from 'node:path';
import { repositoryRoot } from '../../docker/repository.ts';
import { referencePages } from '../../docs/reference/reference.ts';
import { buildSite, serveSite } from '../../docs/site.ts';
import { staleFiles, writeFiles } from '../../kubernetes/generated-files.ts';
import { parseFlags } from '../../stack/flags.ts';
import { consoleSpecs, page } from '../../suites/console-specs.ts';
import { ensureBrowser } from '../../suites/ensure-browser.ts';
import { playwrightSuite } from '../../suites/playwright-suite.ts';
import { closingLine, runSuites } from '../../suites/run-suites.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

async function reference(checking: boolean): Promise<number> {
  const pages = await referencePages();
  const stale = await staleFiles(pages);
  for (const path of stale) console.log(path);
  if (stale.length === 0) say('The reference is up to date.');
  else if (checking) say('These pages are not up to date. ./coffee docs reference writes them.');
  else {
    await writeFiles(pages, stale);
    say(`${stale.length} pages written.`);
  }
  return checking && stale.length > 0 ? 1 : 0;
}

/** Takes the pictures of the console anew that documents show. */
async function screenshots(signal: AbortSignal): Promise<number> {
  await ensureBrowser(signal);
  const env = { SCREENSHOTS_FOLDER: join(repositoryRoot, 'docs', 'screenshots') };
  const pictures = playwrightSuite('pictures', 3, consoleSpecs, { env, only: 'pictures' });
  const reports = await runSuites([page, pictures], signal);
  say(closingLine(reports));
  return reports.some(({ failed }) => failed > 0) ? 1 : 0;
}

export const command: Command = {
  summary: 'Build or serve the documentation, and write its reference',
  usage: `Usage: ./coffee docs build | serve | reference [--check] | screenshots

  build        the site, into .coffee/docs; a link that leads nowhere is an error
  serve        the site at http://localhost:5173, with every edit as it is saved
  reference    writes docs/reference from what the code says: configuration, APIs, events, metrics, command line
  screenshots  takes the pictures of the console in docs/screenshots anew, in Chromium
  --check      writes nothing; exit code 1 when a page of the reference is not up to date`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'docs',
      args,
      { check: { type: 'boolean', default: false } },
      true,
    );
    const [what, ...rest] = positionals;
    if (rest.length > 0)
      throw new UserError('One thing at a time.', './coffee docs --help lists what there is.');
    switch (what) {
      case 'reference':
        return reference(values.check);
      case 'build': {
        const folder = await step('Building the documentation', ({ note }) => buildSite(signal, note));
        say(`It is in ${folder}.`);
        return 0;
      }
      case 'screenshots':
        return screenshots(signal);
      case 'serve':
        await serveSite(signal, say);
        return 0;
      default:
        throw new UserError(`"${what ?? ''}" is nothing to do.`, './coffee docs --help lists what there is.');
    }
  },
};
