import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { runCoffee } from '../../scripts/console-agent/run-coffee.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { run } from '../../scripts/docker/run.ts';
import { blocksTestedBy } from '../../scripts/docs/script.ts';
import { isAlert, readRules } from '../../scripts/telemetry/rules.ts';
import { test } from './signed-in.ts';
import { onStack } from './target.ts';

const minute = 60_000;

test.skip(!onStack, 'it breaks a real Kafka: CONSOLE_TARGET=stack, after ./coffee up');
test.setTimeout(15 * minute);

const read = (path: string): Promise<string> => readFile(join(repositoryRoot, path), 'utf8');

/** What the README has a newcomer type: `./coffee up`, which finds the stack running, and `./coffee console`. */
async function readmeCommands(): Promise<string> {
  const commands = blocksTestedBy(await read('README.md'), 'e2e/console/newcomer.spec.ts').join('\n');
  expect(commands).toMatch(/^\.\/coffee up\b[\s\S]*^\.\/coffee console\b/m);
  return commands;
}

/** What an alert says in one line, and what its runbook says that it means. */
async function writtenOf(name: string): Promise<{ summary: string; meaning: string }> {
  const alert = (await readRules()).filter(isAlert).find((one) => one.alert === name);
  const text = await read(`observability/runbooks/${name}.md`);
  const [, meaning = ''] = /^\*\*What it means\.\*\* (.+)$/m.exec(text) ?? [];
  const summary = alert?.annotations.summary ?? '';
  expect(summary).not.toBe('');
  expect(meaning).not.toBe('');
  return { summary, meaning };
}

/** From the README to an alert and back, as somebody goes who has just come. */
test("a newcomer's path: README, up, console, order, trace, logs, payment, broken Kafka, alert, runbook, mended, nothing lost", async ({
  page,
}) => {
  const form = page.getByRole('form', { name: 'Start traffic' });
  // Not who was told of it, which stays.
  const alert = page
    .getByRole('region', { name: 'Alerts now' })
    .getByRole('row', { name: /KafkaUnreachable firing/ });
  // What was done here before is listed as well.
  const load = page.locator('section').filter({ has: form });
  const newestFault = page
    .getByRole('region', { name: 'Faults, newest first' })
    .getByRole('row', { name: /pause on kafka/ })
    .first();

  await test.step('types what the README says, and opens what is printed', async () => {
    const lines: string[] = [];
    const { code, stdout } = await run('bash', ['-euo', 'pipefail', '-c', await readmeCommands()], {
      cwd: repositoryRoot,
      timeoutMs: 4 * minute,
      onLine: (line) => lines.push(line),
    });
    expect(code, lines.join('\n')).toBe(0);
    const address = /^https?:\S+\/console\/#token=\S+$/m.exec(stdout)?.[0] ?? '';
    expect(address, 'the address that ./coffee console prints').not.toBe('');
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1, name: 'Map' })).toBeVisible();
  });

  await test.step('places an order that is paid on the chain', async () => {
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.getByLabel('Pays').selectOption('crypto');
    await page.getByRole('button', { name: 'Place the order' }).click();
    await page.getByRole('status').getByRole('link').click();
    await expect(
      page.getByRole('list', { name: 'Spans' }).getByText('consumer').filter({ visible: true }).first(),
    ).toBeVisible({
      timeout: minute,
    });
    // By Loki, or where there is none by the containers: what was answered, and what came of it.
    const lines = page.getByRole('region', { name: 'Log lines, newest first' });
    for (const [service, message] of [
      ['producer', 'request answered'],
      ['consumer', 'message processed'],
    ] as const) {
      const said = lines.getByRole('row', { name: `${service} info` }).filter({ hasText: message });
      await expect(said.first()).toBeVisible({ timeout: minute });
    }
    await page.getByRole('button', { name: 'Pay from the demo wallet' }).click({ timeout: minute });
    await expect(page.getByText(/Transaction: 0x[0-9a-f]{64}/)).toBeVisible({ timeout: minute });
  });

  await test.step('serves it', async () => {
    const has = (status: string) =>
      expect(page.getByText(status, { exact: true }).first()).toBeVisible({ timeout: minute });
    await has('settled');
    for (const [action, status] of [
      ['prepare', 'preparing'],
      ['mark-ready', 'ready'],
      ['complete', 'completed'],
    ] as const) {
      await page.getByRole('button', { name: action }).click();
      await has(status);
    }
  });

  await test.step('sends traffic', async () => {
    await page.getByRole('link', { name: 'Faults and load' }).click();
    await form.getByLabel('Customers a second').fill('5');
    await form.getByLabel('Seconds').fill('150');
    await page.getByRole('button', { name: 'Start traffic' }).click();
    await expect(load.getByText('running', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    const events = page.getByRole('region', { name: 'Live: what happens to orders' }).getByRole('row');
    await expect.poll(() => events.count(), { timeout: minute }).toBeGreaterThan(20);
    await page.getByRole('link', { name: 'Faults and load' }).click();
  });

  await test.step('breaks Kafka', async () => {
    await page.getByRole('combobox', { name: 'Fault', exact: true }).selectOption('pause');
    await page.getByLabel('Part').selectOption('kafka');
    await page.getByRole('form', { name: 'Break something' }).getByLabel('Seconds').fill('600');
    await page.getByRole('button', { name: 'Break it' }).click();
    await expect(newestFault.getByText('broken')).toBeVisible();
  });

  await test.step('sees the alert and its runbook', async () => {
    const { summary, meaning } = await writtenOf('KafkaUnreachable');
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    // A minute without news, and half of one for the alert.
    await expect(alert).toBeVisible({ timeout: 4 * minute });
    await expect(alert.getByText(summary)).toBeVisible();
    await alert.getByRole('link', { name: 'KafkaUnreachable' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'KafkaUnreachable' })).toBeVisible();
    await expect(page.getByText(meaning)).toBeVisible();
  });

  await test.step('sees it on the map', async () => {
    await page.getByRole('link', { name: 'Map' }).click();
    const parts = page.getByRole('region', { name: 'Parts' });
    await expect(parts.getByRole('row', { name: /^orders\.v1 topic down/ })).toBeVisible({ timeout: minute });
    await expect(page.getByText(/orders\.v1, /).first()).toBeVisible();
  });

  await test.step('mends it', async () => {
    await page.getByRole('link', { name: 'Faults and load' }).click();
    await page.getByRole('button', { name: 'Mend everything' }).click();
    await expect(newestFault.getByText('mended')).toBeVisible({ timeout: 2 * minute });
    await expect(load.getByText('stopped', { exact: true })).toBeVisible({ timeout: 5 * minute });
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Alerts now' })).toBeVisible();
    await expect(alert).toHaveCount(0, { timeout: 4 * minute });
  });

  await test.step('has lost nothing', async () => {
    const lines: string[] = [];
    const { code } = await runCoffee(['reconcile', '--timeout', '180s'], {
      signal: AbortSignal.timeout(5 * minute),
      onLine: (line) => lines.push(line),
    });
    expect(code, lines.join('\n')).toBe(0);
  });
});
