import { afterAll, beforeAll, expect, it } from 'vitest';
import { activateColour } from '#platform/database/active-colour.ts';
import { poll } from '#platform/testing/poll.ts';
import { startChild } from './child-service.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { placePatiently } from './orders.ts';
import { type RunningProducer, startConsumer, startProducer } from './services.ts';
import { settled } from './settled.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
let producer: RunningProducer;

beforeAll(async () => {
  producer = parts.use(await startProducer(stage()));
});
afterAll(() => parts.disposeAsync());

const coloured = (colour: string) => startConsumer(stage(), {}, { DEPLOYMENT_COLOUR: colour });
const place = async (): Promise<string> => (await placePatiently(producer.url)).id;

// Guard: one colour works, the other one is ready and waits (ADR 0046).
it('hands the work from one colour to the other and back, with each order once', async () => {
  const orders: string[] = [];
  const blue = await coloured('blue');
  orders.push(await place());
  await settled(stage());

  await using green = await coloured('green');
  expect(green.role.active).toBe(false);
  expect(green.health.report.status).toBe('ready');

  await activateColour(stage().database, 'green');
  await poll(() => green.role.active && blue.role.lost.aborted, { what: 'the roles to move' });
  // As its main does, for the orchestrator to start it anew.
  await blue[Symbol.asyncDispose]();
  orders.push(await place());
  await settled(stage());

  await using again = await coloured('blue');
  expect(again.role.active).toBe(false);
  await activateColour(stage().database, 'blue');
  await poll(() => again.role.active && green.role.lost.aborted, { what: 'the roles to move back' });
  await green[Symbol.asyncDispose]();
  orders.push(await place());
  await settled(stage());
  await expectExactlyOnce(stage(), orders);
});

it('is no member of its group while it waits, though it is ready', async () => {
  await using waiting = await coloured('green');
  expect(waiting.role.active).toBe(false);
  const admin = stage().directKafka.admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([stage().environment('consumer').CONSUMER_GROUP ?? '']);
    expect(groups.map(({ members }) => members)).toEqual([[]]);
  } finally {
    await admin.disconnect();
  }
});

it.each(['consumer', 'producer', 'streams'] as const)(
  'ends in order when another colour is to work: %s',
  async (service) => {
    await activateColour(stage().database, 'blue');
    const environment = { ...stage().environment(service), DEPLOYMENT_COLOUR: 'blue' };
    await using child = await startChild(service, environment);
    await activateColour(stage().database, 'green');
    await poll(() => child.process.exitCode !== null, { what: 'the process to end' });
    expect(child.process.exitCode).toBe(0);
  },
);
