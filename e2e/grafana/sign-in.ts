import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { request } from '@playwright/test';
import { messageOf } from '#platform/errors/app-error.ts';
import { compose } from '../../scripts/docker/compose.ts';
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

async function whyAbsent(): Promise<string | undefined> {
  const context = await request.newContext({ ignoreHTTPSErrors: true });
  try {
    const response = await context.get(`${grafanaUrl}/api/health`, { timeout: 5_000 });
    return response.ok() ? undefined : `it answers ${response.status()}`;
  } catch (error) {
    return messageOf(error).split('\n')[0];
  } finally {
    await context.dispose();
  }
}

/**
 * Signs in once for all specs. Without Grafana they are skipped, and that is said; in GitHub Actions, where its image can be
 * pulled, it is a failure.
 */
export default async function signIn(): Promise<void> {
  await mkdir(dirname(sessionFile), { recursive: true });
  await writeFile(sessionFile, JSON.stringify({ cookies: [], origins: [] }));
  const absent = await whyAbsent();
  if (absent !== undefined) {
    const text = `There is no Grafana at ${grafanaUrl}: ${absent}.`;
    if (process.env.GITHUB_ACTIONS) throw new Error(text);
    console.error(`\n  !!! ${text}\n  !!! ALL SPECS OF GRAFANA ARE SKIPPED: nothing of it was checked.\n`);
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
