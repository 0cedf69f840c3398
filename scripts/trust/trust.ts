import { say } from '../cli/progress.ts';
import { run } from '../docker/run.ts';
import type { TrustStore } from './stores.ts';

export interface TrustOutcome {
  readonly done: readonly string[];
  /** What is left to do by hand, as commands, with the reason. */
  readonly left: readonly {
    readonly store: string;
    readonly commands: readonly string[];
    readonly why: string;
  }[];
}

const quoted = (command: readonly string[]): string =>
  command
    .map((word) => (/^[\w./:@=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');

/** Changes the stores; those that can't be changed from here are left to the user. */
export async function changeStores(
  stores: readonly TrustStore[],
  what: 'add' | 'remove',
  { root, signal }: { readonly root: boolean; readonly signal: AbortSignal },
): Promise<TrustOutcome> {
  const done: string[] = [];
  const left: TrustOutcome['left'][number][] = [];
  for (const store of stores) {
    const commands = store[what].map((command) => quoted(store.root ? ['sudo', ...command] : command));
    if (store.root && !root) {
      left.push({ store: store.name, commands, why: 'needs the rights of root' });
      continue;
    }
    const why = await firstFailure(store[what], signal);
    if (why === undefined) done.push(store.name);
    else left.push({ store: store.name, commands, why });
  }
  return { done, left };
}

async function firstFailure(
  commands: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const [program = '', ...args] of commands) {
    const { code, stderr } = await run(program, args, { signal });
    if (code !== 0) return stderr.trim().split('\n').at(-1) || `${program} ended with ${code}`;
  }
  return undefined;
}

export function showOutcome({ done, left }: TrustOutcome, what: 'add' | 'remove'): void {
  const verb = what === 'add' ? 'Added to' : 'Removed from';
  for (const store of done) say(`  ${verb} ${store}.`);
  for (const { store, commands, why } of left) {
    say(`  Left to you: ${store} (${why}).`);
    for (const command of commands) say(`    ${command}`);
  }
}
