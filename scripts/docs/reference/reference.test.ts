import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { duration, flag, list, port, positiveInteger } from '#platform/config/values.ts';
import { repositoryRoot } from '../../docker/repository.ts';
import { dotenvRows } from './configuration.ts';
import { cell, table } from './markdown.ts';
import { referencePages } from './reference.ts';
import { commentsIn, variablesOf, writtenDuration } from './variables.ts';

// Guard: the reference says what the code does.
it('is up to date; ./coffee docs reference writes it', async () => {
  for (const [path, content] of await referencePages())
    expect(readFileSync(join(repositoryRoot, path), 'utf8'), path).toBe(content);
});

it('reads variables from a schema and the comments above them', () => {
  const comments = commentsIn([
    '{\n  /** How long\n   * it waits. */\n  WAIT: duration,\n  /** Nothing. */\n\n  NAME: text }',
  ]);
  const schema = z
    .object({
      WAIT: duration.refine((ms) => ms > 1).default(90_000),
      NAME: z.string('must be set: who it is'),
      MODE: z.enum(['fast', 'slow']).default('fast'),
      COUNT: positiveInteger.optional(),
      PORT: port.default(8080),
      ON: flag.default(true),
      HOSTS: list.default(['a', 'b']),
    })
    .superRefine(() => undefined);
  const variables = variablesOf(schema, comments);
  expect(variables.map(({ name, kind, preset, required }) => [name, kind, preset, required])).toEqual([
    ['WAIT', 'duration', '90s', false],
    ['NAME', 'text', undefined, true],
    ['MODE', 'fast, slow', 'fast', false],
    ['COUNT', 'whole number from 1', undefined, false],
    ['PORT', 'whole number from 0 to 65535', '8080', false],
    ['ON', 'true, false', 'true', false],
    ['HOSTS', 'list', 'a,b', false],
  ]);
  expect(variables[0]?.about).toBe('How long\nit waits.');
  expect(variablesOf(z.object({ NAME: z.string('must be set: who it is') }), new Map())[0]?.about).toBe(
    'who it is',
  );
});

it('writes durations as they are read', () => {
  for (const text of ['0s', '500ms', '90s', '5m', '720h'])
    expect(writtenDuration(duration.parse(text))).toBe(text);
});

it('reads .env with the comments above its settings', () => {
  expect(dotenvRows('# The file.\n\n# Ports\nA=1\nB=2\n')).toEqual([
    ['`A`', '`1`', 'Ports'],
    ['`B`', '`2`', ''],
  ]);
});

it('writes tables that nothing in a cell can break', () => {
  expect(table(['a'], [[cell('x | y\n<z> {{ w }}')]])).toBe(
    '| a |\n| --- |\n| x \\| y &lt;z> {&#123; w }} |\n',
  );
});
