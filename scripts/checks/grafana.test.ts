import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { repositoryRoot } from '../docker/repository.ts';

const read = (path: string): unknown => parse(readFileSync(join(repositoryRoot, path), 'utf8'));

// Guard: a dashboard that somebody changed in the browser would show what nobody has reviewed.
it('Grafana shows what the repository has, and keeps no change of it', () => {
  const { providers } = read('observability/grafana/dashboards.yaml') as { providers: object[] };
  expect(providers).toHaveLength(1);
  expect(providers[0]).toMatchObject({ allowUiUpdates: false, disableDeletion: true });
  const { datasources } = read('observability/grafana/datasources.yaml') as { datasources: object[] };
  expect(datasources.length).toBeGreaterThan(3);
  expect(datasources.filter((source) => (source as { editable?: boolean }).editable !== false)).toEqual([]);
});

// Guard: orders and people are in what it shows.
it('Grafana lets in nobody without a password that bootstrap has made', () => {
  const { services } = read('compose.yaml') as { services: { grafana: { environment: object } } };
  expect(services.grafana.environment).toMatchObject({
    GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/go-coffee/secrets/grafana-password',
    GF_AUTH_ANONYMOUS_ENABLED: 'false',
    GF_USERS_ALLOW_SIGN_UP: 'false',
    GF_SECURITY_COOKIE_SECURE: 'true',
  });
});
