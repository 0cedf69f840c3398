import { readFileSync } from 'node:fs';
import { ConfigResourceTypes } from 'kafkajs';
import { expect, it } from 'vitest';
import { topics } from '#contracts/topics.ts';
import { placePatiently } from './orders.ts';
import { startProducer } from './services.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const compose = readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8');

// Guard: design.md, decision 9. Speed that comes from losing orders is none.
it.each(['fsync', 'synchronous_commit', 'full_page_writes'])(
  'PostgreSQL runs with %s on',
  async (setting) => {
    const { rows } = await stage().database.raw<{ rows: Record<string, string>[] }>(`show ${setting}`);
    expect(rows[0]?.[setting]).toBe('on');
  },
);

it('no role or database turns them off for itself', async () => {
  const { rows } = await stage().database.raw<{ rows: { setconfig: string[] }[] }>(
    'select setconfig from pg_db_role_setting',
  );
  expect(
    rows.flatMap(({ setconfig }) => setconfig).filter((setting) => /fsync|synchronous_commit/.test(setting)),
  ).toEqual([]);
});

it('compose.yaml turns none of them off, in neither server', () => {
  const settings = compose.split('\n').filter((line) => !line.trim().startsWith('#'));
  const weaker = /fsync\s*[=:]|synchronous_commit|full_page_writes|wal_level|UNCLEAN_LEADER_ELECTION/i;
  expect(settings.filter((line) => weaker.test(line))).toEqual([]);
  expect(compose).toContain('--data-checksums');
  expect(compose).toMatch(/--appendonly\s+- "yes"/);
});

it('topics elect no leader that lacks messages', async () => {
  const admin = stage().directKafka.admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  await admin.disconnect();
  for (const { resourceName, configEntries } of resources) {
    const settings = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
    expect(settings.get('unclean.leader.election.enable'), resourceName).toBe('false');
    expect(Number(settings.get('min.insync.replicas')), resourceName).toBeGreaterThanOrEqual(1);
  }
});

it('orders are acknowledged by every in-sync replica', async () => {
  const { kafkaProxy } = stage();
  await using producer = await startProducer(stage());
  await placePatiently(producer.url);
  expect(kafkaProxy.produceAcks).toEqual(new Set([-1]));
});
