import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { messageOf } from '../errors/app-error.ts';

/** The environment has a wrong or missing value. The message names each variable and what it should be. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Wrong configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads typed configuration from environment variables.
 *
 * `NAME_FILE` stands for the content of a file, as in Docker's official images: secrets come that way and never as
 * values. An empty variable counts as unset, because Compose passes `${NAME:-}` as an empty string.
 *
 * @throws ConfigError naming every wrong variable, never its value: it may be a secret.
 */
export function loadConfig<S extends z.ZodType>(schema: S, environment: Environment): z.infer<S> {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === '') continue;
    if (!name.endsWith('_FILE')) {
      values[name] = value;
      continue;
    }
    const target = name.slice(0, -'_FILE'.length);
    if (environment[target]) continue;
    try {
      values[target] = readFileSync(value, 'utf8').trimEnd();
    } catch (error) {
      // Variables of other programs may end in _FILE too: only what the schema asks for counts, below.
      problems.push(`${target}: its file can't be read, see ${name} (${messageOf(error)})`);
    }
  }
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const named = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return problems.find((problem) => problem.startsWith(`${name}:`)) ?? `${name}: ${issue.message}`;
  });
  throw new ConfigError(named);
}
