/** node scripts/mutations/main.ts [text…] : tries the mutations whose "family: name" contains one of the texts. */
import { say } from '../cli/progress.ts';
import { families } from './families.ts';
import { tryFamilies } from './suite.ts';

const texts = process.argv.slice(2);
const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort());

const chosen = families.map(({ name: family, mutations }) => ({
  name: family,
  mutations: mutations.filter(
    ({ name }) => texts.length === 0 || texts.some((text) => `${family}: ${name}`.includes(text)),
  ),
}));
if (chosen.every(({ mutations }) => mutations.length === 0))
  throw new Error(`no mutation contains ${texts.join(' or ')}`);
const { failures } = await tryFamilies(chosen, { signal: controller.signal, note: (text) => say(text) });
say(failures.length === 0 ? 'Every named test turned red.' : `Not red:\n  ${failures.join('\n  ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;
