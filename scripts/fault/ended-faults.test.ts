import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EndedFault, EndedFaults } from './ended-faults.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ended-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
const fault = (number: number): EndedFault => ({
  id: `fault-${number}`,
  service: 'kafka',
  kind: 'pause',
  startedAt: at(number),
  endedAt: at(number + 5),
});
const idsIn = async (ended = new EndedFaults(folder)): Promise<string[]> =>
  (await ended.all()).map(({ id }) => id);

it('are none where none ever was', async () => {
  expect(await idsIn(new EndedFaults(join(folder, 'none')))).toEqual([]);
});

it('are known to another process, newest first', async () => {
  const ended = new EndedFaults(join(folder, 'new'));
  for (const number of [1, 3, 2]) await ended.add(fault(number));
  expect(await new EndedFaults(join(folder, 'new')).all()).toEqual([fault(3), fault(2), fault(1)]);
});

// Guard: who undid one and was killed before it was forgotten leaves it to the next, who tells of it again.
it('are each told once, by their first end', async () => {
  const ended = new EndedFaults(folder);
  await ended.add(fault(1));
  await ended.add({ ...fault(1), endedAt: at(59) });
  expect(await ended.all()).toEqual([fault(1)]);
});

it('are as many as there is room for', async () => {
  const most = 2_000;
  const ended = new EndedFaults(folder, most);
  for (let number = 0; number < 200; number += 1) await ended.add(fault(number));
  const names = await readdir(folder);
  expect(names.toSorted()).toEqual(['ended-before.jsonl', 'ended.jsonl']);
  for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThan(most + 200);
  const ids = await idsIn(ended);
  expect(ids.length).toBeGreaterThan(10);
  expect(ids).toEqual(Array.from(ids, (_, index) => `fault-${199 - index}`));
});

it('of several at once are all there', async () => {
  const numbers = Array.from({ length: 40 }, (_, number) => number);
  await Promise.all(numbers.map((number) => new EndedFaults(folder).add(fault(number))));
  expect(await idsIn()).toHaveLength(40);
});

it('are readable behind a line that was cut', async () => {
  const ended = new EndedFaults(folder);
  await ended.add(fault(1));
  await appendFile(join(folder, 'ended.jsonl'), '{"id":"fault-2","serv\n{"id":3}\n');
  await ended.add(fault(4));
  expect(await idsIn()).toEqual(['fault-4', 'fault-1']);
});
