import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config.ts';
import { duration } from './values.ts';

const schema = z.object({
  TIMEOUT: duration.default(5_000),
  PASSWORD: z.string('must be set: the password'),
});
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  writeFileSync(join(folder, 'password'), 'from a file\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(environment: Record<string, string>): string {
  try {
    loadConfig(schema, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was taken');
}

it('reads values, defaults for what is missing or empty, and drops what it does not know', () => {
  expect(loadConfig(schema, { PASSWORD: 'x', TIMEOUT: '' })).toEqual({ PASSWORD: 'x', TIMEOUT: 5_000 });
  expect(loadConfig(schema, { PASSWORD: 'x', TIMEOUT: '2s', HOME: '/root' })).toEqual({
    PASSWORD: 'x',
    TIMEOUT: 2_000,
  });
});

it('reads a secret from the file that NAME_FILE names, without the last line break', () => {
  expect(loadConfig(schema, { PASSWORD_FILE: join(folder, 'password') }).PASSWORD).toBe('from a file');
});

it('prefers the value over the file', () => {
  const environment = { PASSWORD: 'direct', PASSWORD_FILE: join(folder, 'password') };
  expect(loadConfig(schema, environment).PASSWORD).toBe('direct');
});

it('names every wrong variable at once and never tells its value', () => {
  const message = problemsOf({ TIMEOUT: 'hunter2' });
  expect(message).toContain('TIMEOUT: must be a duration');
  expect(message).toContain('PASSWORD: must be set: the password');
  expect(message).not.toContain('hunter2');
});

it('says which file of a secret can not be read', () => {
  const message = problemsOf({ PASSWORD_FILE: join(folder, 'missing') });
  expect(message).toMatch(/PASSWORD: its file can't be read, see PASSWORD_FILE \(ENOENT/);
});

it("does not mind other programs' variables that end in _FILE", () => {
  expect(loadConfig(schema, { PASSWORD: 'x', SSL_CERT_FILE: '/nowhere' }).PASSWORD).toBe('x');
});
