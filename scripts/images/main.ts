/** `node scripts/images/main.ts [group …]`: makes the images available; all groups without arguments. */
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { type Group, groups } from './catalogue.ts';
import { ensureImages } from './ensure.ts';

function parseGroups(names: readonly string[]): readonly Group[] {
  if (names.length === 0) return groups;
  return names.map((name) => {
    const group = groups.find((known) => known === name);
    if (group) return group;
    throw new UserError(`There is no group of images "${name}".`, `Groups: ${groups.join(', ')}`);
  });
}

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(name));

try {
  const { ready, missing } = await ensureImages(parseGroups(process.argv.slice(2)), {
    signal: controller.signal,
  });
  const without = missing.length > 0 ? `; without ${missing.join(', ')}` : '';
  say(`${ready.length} images are there: ${ready.join(', ')}${without}.`);
} catch (error) {
  if (controller.signal.aborted) process.exit(controller.signal.reason === 'SIGTERM' ? 143 : 130);
  if (!(error instanceof UserError)) throw error;
  say(`${error.message}\n  ${error.remedy.replaceAll('\n', '\n  ')}`);
  process.exit(1);
}
