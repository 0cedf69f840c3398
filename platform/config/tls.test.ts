import { expect, it } from 'vitest';
import { z } from 'zod';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { loadConfig } from './load-config.ts';
import { openTls, withTls } from './tls.ts';

const schema = withTls({ NAME: z.string().default('shop') });
const attributes = (environment: string): string =>
  `service.namespace=go-coffee,deployment.environment.name=${environment}`;

it('is on unless it is switched off', () => {
  expect(loadConfig(schema, {})).toMatchObject({ NAME: 'shop', COFFEE_TLS: 'on' });
  expect(loadConfig(schema, { COFFEE_TLS: 'off' })).toMatchObject({ COFFEE_TLS: 'off' });
  expect(() => loadConfig(schema, { COFFEE_TLS: 'false' })).toThrow('COFFEE_TLS: must be on or off');
});

// Guard: plaintext where real orders are.
it.each(['staging', 'production'])('can not be switched off in %s', (environment) => {
  const OTEL_RESOURCE_ATTRIBUTES = attributes(environment);
  expect(() => loadConfig(schema, { COFFEE_TLS: 'off', OTEL_RESOURCE_ATTRIBUTES })).toThrow(
    `COFFEE_TLS: must be on: this is ${environment}`,
  );
  expect(loadConfig(schema, { OTEL_RESOURCE_ATTRIBUTES })).toMatchObject({ COFFEE_TLS: 'on' });
});

it('can be switched off locally', () => {
  const environment = { COFFEE_TLS: 'off', OTEL_RESOURCE_ATTRIBUTES: attributes('local') };
  expect(openTls(loadConfig(schema, environment))).toBeUndefined();
});

it('opens the files of this part', async () => {
  await using authority = await TestAuthority.create();
  const SECRETS_DIRECTORY = await authority.folder();
  expect(openTls(loadConfig(schema, { SECRETS_DIRECTORY }))?.material.ca).toBe(authority.certificate);
  expect(() => openTls(loadConfig(schema, { SECRETS_DIRECTORY: '/not/there' }))).toThrow('/not/there');
});
