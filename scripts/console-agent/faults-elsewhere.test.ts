import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AgentFaults, agentFault } from '#contracts/http/console-agent.ts';
import { type FaultRecord, FaultRecords } from '../fault/records.ts';
import { FaultsElsewhere } from './faults-elsewhere.ts';

type Shown = AgentFaults['faults'][number];

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 1, 10, 0, second));
const ids = ['0f3c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b', '5f0c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b'] as const;

const recordOf = (id: string, service: string): FaultRecord => ({
  id,
  project: 'go-coffee',
  service,
  containerId: 'c0ffee',
  containerStartedAt: '',
  fault: { kind: 'pause' },
  startedAt: at(10).toISOString(),
  untilAt: at(40).toISOString(),
  pid: 42,
});
const own = (service: string, startedAt: Date, endedAt: Date | null): Shown => ({
  id: ids[1],
  title: `pause on ${service}`,
  kind: 'pause',
  service,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
  problem: null,
});

let folder: string;
let records: FaultRecords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  records = new FaultRecords(folder);
});
afterEach(() => rm(folder, { recursive: true }));

it('has what a command broke while it lasts, and afterwards', async () => {
  const elsewhere = new FaultsElsewhere(records, () => true);
  const record = recordOf(ids[0], 'kafka');
  await records.claim(record);
  const [lasting] = await elsewhere.list([], at(20));
  expect(agentFault.parse(lasting)).toMatchObject({
    title: 'pause on kafka, by a command',
    startedAt: at(10).toISOString(),
    endedAt: null,
    problem: null,
  });
  await records.end(record, at(28));
  const [ended, ...others] = await elsewhere.list([], at(30));
  expect(agentFault.parse(ended)).toMatchObject({
    id: ids[0],
    title: 'pause on kafka, by a command',
    endedAt: at(28).toISOString(),
  });
  expect(others).toEqual([]);
});

// Guard: charts are marked although no page was open, by the agent that comes next as well.
it('has what nobody looked at while it lasted', async () => {
  const [command, before] = [recordOf(ids[0], 'kafka'), recordOf(ids[1], 'redis')];
  for (const record of [command, before]) {
    await records.claim(record);
    await records.end(record, at(30));
  }
  const { service, startedAt } = before;
  await records.remember({ id: randomUUID(), service, kind: 'made-later', startedAt, endedAt: startedAt });
  const list = (mine: Shown[]) =>
    new FaultsElsewhere(new FaultRecords(folder), () => true).list(mine, at(3_600));
  expect((await list([])).map((fault) => agentFault.parse(fault).id).toSorted()).toEqual([...ids]);
  // What is the agent's own has its own title.
  expect((await list([own('redis', at(9), at(31))])).map((fault) => fault.id)).toEqual([ids[0]]);
});

it('leaves out what the agent itself has broken', async () => {
  await records.claim(recordOf(ids[0], 'kafka'));
  const list = (mine: Shown) => new FaultsElsewhere(records, () => true).list([mine], at(20));
  expect(await list(own('kafka', at(9), null))).toEqual([]);
  expect(await list(own('redis', at(9), null))).toHaveLength(1);
  // The agent's own attempt came later, and was refused.
  expect(await list(own('kafka', at(15), at(16)))).toHaveLength(1);
  // Or it was over before.
  expect(await list(own('kafka', at(2), at(8)))).toHaveLength(1);
});

it('says when nobody is left who mends it', async () => {
  await records.claim(recordOf(ids[0], 'kafka'));
  expect(await new FaultsElsewhere(records, () => false).list([], at(20))).toMatchObject([
    { endedAt: null, problem: expect.stringContaining('./coffee fault clear') },
  ]);
});
