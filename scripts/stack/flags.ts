import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { duration } from '#platform/config/values.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../cli/user-error.ts';

/**
 * Parses a command's arguments.
 * @throws UserError for unknown flags and missing values, and for positionals unless they are allowed
 */
export function parseFlags<const O extends ParseArgsOptionsConfig>(
  command: string,
  args: string[],
  options: O,
  allowPositionals = false,
) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals, strict: true });
    return { values, positionals: positionals as string[] };
  } catch (error) {
    // parseArgs adds a hint about "--" after the first sentence, which helps nobody here.
    const [message = ''] = messageOf(error).split('. ');
    throw new UserError(`${message}.`, `./coffee ${command} --help lists what there is.`);
  }
}

/** A duration such as `500ms`, `30s` or `5m` in milliseconds. @throws UserError naming the flag */
export function durationFlag(name: string, text: string): number {
  const result = duration.safeParse(text);
  if (result.success) return result.data;
  throw new UserError(`--${name} is "${text}".`, 'Give a duration such as 500ms, 30s or 5m.');
}

/** A number within bounds, both included. @throws UserError naming the flag */
export function numberFlag(name: string, text: string, bounds: { least: number; most: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= bounds.least && value <= bounds.most) return value;
  throw new UserError(`--${name} is "${text}".`, `Give a number from ${bounds.least} to ${bounds.most}.`);
}

/** Like `numberFlag`, for whole numbers only. */
export function integerFlag(name: string, text: string, bounds: { least: number; most: number }): number {
  const value = numberFlag(name, text, bounds);
  if (Number.isInteger(value)) return value;
  throw new UserError(`--${name} is "${text}".`, 'Give a whole number.');
}

/** One of these words. @throws UserError naming the flag */
export function choiceFlag<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found) return found;
  throw new UserError(`--${name} is "${text}".`, `Give one of ${choices.join(', ')}.`);
}
