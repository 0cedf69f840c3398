import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandName, isCommandName, loadCommand } from '../cli/commands.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { type Block, blocksOf, inlineCodeOf } from './markdown.ts';
import type { Page } from './pages.ts';

/**
 * How the commands of a block are tested, as the line that opens it says behind the language:
 * - `run`: by `./coffee nightly docs`, in the order of the page, against a running stack
 * - `test="path"`: by this test or suite, which has each of the block's commands of ours
 * - `shown="reason"`: not at all, for this reason
 */
export type Tested =
  | { readonly how: 'run' }
  | { readonly how: 'test'; readonly path: string }
  | { readonly how: 'shown'; readonly reason: string };

const languages = new Set(['sh', 'bash', 'shell', 'console', 'zsh']);
export const isCommands = ({ language }: Block): boolean => languages.has(language);

/** @returns undefined when the block does not say it. */
export function testedBy({ info }: Block): Tested | undefined {
  if (info === 'run') return { how: 'run' };
  const [, how, value = ''] = /^(test|shown)="([^"]+)"$/.exec(info) ?? [];
  if (how === 'test') return { how, path: value };
  return how === 'shown' && value.length > 10 ? { how, reason: value } : undefined;
}

/** A call of the command line: `./coffee fault latency kafka --delay 500ms`. */
export interface Call {
  readonly name: string;
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

/** The calls of `./coffee` in a text; `…`, `|` and the like end one. */
export function callsIn(text: string): Call[] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  return [...joined.matchAll(/\.\/coffee ([a-z][^\n|;&<>#`)"']*)/g)].map(([, rest = '']) => {
    const [name = '', ...others] = rest.trim().split(/\s+/);
    return {
      name,
      words: others.filter((word) => /^[a-z][a-z0-9-]*$/.test(word)),
      flags: others.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0] ?? ''),
    };
  });
}

/** `page: what` for each call of a command or a flag that there is not. */
export async function unknownCalls(pages: readonly Page[]): Promise<string[]> {
  const usages = new Map<string, string>();
  const wrong: string[] = [];
  for (const { path, text } of pages) {
    const places = [
      ...blocksOf(text)
        .filter(isCommands)
        .map((block) => block.text),
      ...inlineCodeOf(text),
    ];
    for (const { name, flags } of places.flatMap(callsIn)) {
      if (name === 'help') continue;
      if (!isCommandName(name)) {
        wrong.push(`${path}: ./coffee ${name}`);
        continue;
      }
      const usage = usages.get(name) ?? (await loadCommand(name satisfies CommandName)).usage;
      usages.set(name, usage);
      for (const flag of flags) {
        if (flag !== '--help' && !usage.includes(flag)) wrong.push(`${path}: ./coffee ${name} ${flag}`);
      }
    }
  }
  return wrong;
}

/** `page: npm run NAME` for each script that there is not. */
export const unknownScripts = (pages: readonly Page[], scripts: Readonly<Record<string, string>>): string[] =>
  pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([\w:-]+)/g)]
      .filter(([, name = '']) => !Object.hasOwn(scripts, name))
      .map(([call]) => `${path}: ${call}`),
  );

/** `page:line: why` for each block of commands of which nobody can say whether they work. */
export function untested(pages: readonly Page[], root = repositoryRoot): string[] {
  return pages.flatMap(({ path, text }) =>
    blocksOf(text)
      .filter(isCommands)
      .flatMap((block) => {
        const at = `${path}:${block.line}`;
        const tested = testedBy(block);
        if (!tested) return [`${at}: says neither run, nor test="…", nor shown="…"`];
        if (tested.how !== 'test') return [];
        if (!existsSync(join(root, tested.path))) return [`${at}: there is no ${tested.path}`];
        const source = readFileSync(join(root, tested.path), 'utf8');
        const called = (name: string): boolean =>
          [`'${name}'`, `coffee ${name}`].some((text) => source.includes(text));
        const missing = callsIn(block.text).filter(({ name }) => !called(name));
        return missing.map(({ name }) => `${at}: ${tested.path} has no ./coffee ${name}`);
      }),
  );
}
