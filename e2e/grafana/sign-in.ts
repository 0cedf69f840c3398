import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { request } from '@playwright/test';
import { compose } from '../../scripts/docker/compose.ts';
import { tellSkipped, whyAbsent } from '../absence.ts';
import { grafanaUrl, sessionFile } from './grafana.ts';

/** Of `admin`: bootstrap made it; only Grafana's container and the authority have it. */
export async function adminPassword(): Promise<string> {
  const { GRAFANA_PASSWORD } = process.env;
  if (GRAFANA_PASSWORD) return GRAFANA_PASSWORD;
  const { stdout } = await compose([
    'exec',
    '-T',
    'grafana',
    'cat',
    '/run/go-coffee/secrets/grafana-password',
  ]);
  return stdout.trim();
}

/**
 * Signs in once for all specs. Without Grafana they are skipped, and that is said; in GitHub Actions, where its image can be
 * pulled, it is a failure.
 */
export default async function signIn(): Promise<void> {
  await mkdir(dirname(sessionFile), { recursive: true });
  await writeFile(sessionFile, JSON.stringify({ cookies: [], origins: [] }));
  const absent = await whyAbsent(`${grafanaUrl}/api/health`);
  if (absent !== undefined) {
    const text = `There is no Grafana at ${grafanaUrl}: ${absent}.`;
    tellSkipped('Grafana', text);
    process.env.GRAFANA_ABSENT = text;
    return;
  }
  const context = await request.newContext({ baseURL: grafanaUrl, ignoreHTTPSErrors: true });
  const answer = await context.post('/login', { data: { user: 'admin', password: await adminPassword() } });
  if (!answer.ok()) throw new Error(`Grafana does not let admin in: ${answer.status()}`);
  await context.storageState({ path: sessionFile });
  const { version } = (await (await context.get('/api/health')).json()) as { version: string };
  console.error(`Grafana ${version} at ${grafanaUrl}`);
  await context.dispose();
}
