import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { UserError } from '../cli/user-error.ts';
import { readAuthority } from './authority.ts';
import { readSettings } from './settings.ts';

test('addresses are plain HTTP while TLS is off', async () => {
  const settings = await readSettings({ COFFEE_TLS: 'off', PRODUCER_PORT: '18080' });
  expect(settings.producerUrl.href).toBe('http://127.0.0.1:18080/');
  expect(await readAuthority(settings)).toBeUndefined();
});

// Guard: verification is not switched off for want of an authority.
test('with TLS all addresses are HTTPS, with the authority to verify them by', async () => {
  await using authority = await TestAuthority.create();
  const COFFEE_SECRETS_DIRECTORY = await authority.folder();
  writeFileSync(join(COFFEE_SECRETS_DIRECTORY, 'postgres-password'), 'secret');
  const settings = await readSettings({ COFFEE_TLS: 'on', COFFEE_SECRETS_DIRECTORY });
  expect(await readAuthority(settings)).toBe(authority.certificate);
  const urls = Object.values(settings).filter((value) => value instanceof URL);
  expect(urls.length).toBeGreaterThan(5);
  expect(new Set(urls.map(({ protocol }) => protocol))).toEqual(new Set(['https:']));
  const elsewhere = { tls: true, project: undefined, secretsDirectory: '/not/there' };
  await expect(readAuthority(elsewhere)).rejects.toThrow(UserError);
});
