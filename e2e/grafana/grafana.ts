import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { test } from '@playwright/test';
import { repositoryRoot } from '../../scripts/docker/repository.ts';

const settings = { ...parseEnv(readFileSync(join(repositoryRoot, '.env'), 'utf8')), ...process.env };

export const grafanaUrl =
  settings.GRAFANA_URL ??
  `${settings.COFFEE_TLS === 'off' ? 'http' : 'https'}://localhost:${settings.GRAFANA_PORT}`;

/** Cookies of who has signed in; empty while there is no Grafana. */
export const sessionFile = join(repositoryRoot, '.coffee', 'grafana-session.json');

/** Set by sign-in.ts, which runs before all specs. */
export const absence = (): string | undefined => process.env.GRAFANA_ABSENT;

/** Leaves out the specs of a file while there is no Grafana; sign-in.ts says so once, and loudly. */
export function skipWithoutGrafana(): void {
  test.beforeEach(() => {
    const reason = absence();
    test.skip(reason !== undefined, reason);
  });
}
