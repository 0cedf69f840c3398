import { expect, it } from 'vitest';
import { poll } from '../testing/poll.ts';
import { quietLog } from '../testing/recording-log.ts';
import { Role } from './role.ts';

/** A role whose colour the test decides; undefined: nobody can say. */
function watched(colour: string | undefined, first: string | undefined) {
  let active = first;
  let asked = 0;
  const activeColour = (): Promise<string> => {
    asked += 1;
    return active === undefined ? Promise.reject(new Error('away')) : Promise.resolve(active);
  };
  const role = new Role({ colour, activeColour, log: quietLog(), intervalMs: 1 });
  const switchTo = async (next: string | undefined): Promise<void> => {
    active = next;
    const before = asked;
    // The answer to one that was asked before may still be the old one.
    await poll(() => asked > before + 1);
  };
  return { role, switchTo, asked: () => asked };
}

/** What was started and what has ended, in order. */
function work(role: Role, ...names: string[]): string[] {
  const story: string[] = [];
  for (const name of names)
    role.whenActive((parts) => {
      story.push(name);
      parts.defer(() => void story.push(`${name} ended`));
    });
  return story;
}

it('is active without a colour, and asks nobody', async () => {
  const { role, asked } = watched(undefined, 'green');
  const story = work(role, 'relay');
  expect(role.active).toBe(true);
  expect(story).toEqual(['relay']);
  await role.ping();
  await role[Symbol.asyncDispose]();
  expect(asked()).toBe(0);
});

it('starts nothing while another colour is active, all when its own is, and ends that in reverse', async () => {
  const { role, switchTo } = watched('green', 'blue');
  const story = work(role, 'relay', 'consumer');
  await poll(() => role.ping().then(() => true));
  await switchTo('blue');
  expect(story).toEqual([]);
  await switchTo('green');
  expect(story).toEqual(['relay', 'consumer']);
  await role[Symbol.asyncDispose]();
  expect(story).toEqual(['relay', 'consumer', 'consumer ended', 'relay ended']);
});

it('is lost when another colour becomes active, and starts nothing any more', async () => {
  const { role, switchTo } = watched('blue', 'blue');
  const story = work(role, 'relay');
  await poll(() => role.active);
  expect(role.lost.aborted).toBe(false);
  await switchTo('green');
  expect(role.lost.aborted).toBe(true);
  expect(story).toEqual(['relay']);
  await role[Symbol.asyncDispose]();
});

it('goes on with what it knows while nobody can say, and is not ready before somebody could', async () => {
  const { role, switchTo } = watched('blue', undefined);
  const story = work(role, 'relay');
  await switchTo(undefined);
  await expect(role.ping()).rejects.toThrow('nobody has said');
  expect(story).toEqual([]);
  await switchTo('blue');
  await switchTo(undefined);
  expect(role.lost.aborted).toBe(false);
  await role.ping();
  await role[Symbol.asyncDispose]();
});

it('checks work that has begun, and gives work time to begin behind a server that is in use', async () => {
  const { role, switchTo } = watched('green', 'blue');
  let joined = false;
  const check = role.check(() => (joined ? Promise.resolve() : Promise.reject(new Error('not joined'))));
  await switchTo('blue');
  await check();
  await switchTo('green');
  await check();
  joined = true;
  await check();
  joined = false;
  await expect(check()).rejects.toThrow('not joined');
  await role[Symbol.asyncDispose]();
});

it('checks work from the first on where it never waited', async () => {
  const { role } = watched('blue', 'blue');
  const check = role.check(() => Promise.reject(new Error('not joined')));
  await poll(() => role.active);
  await expect(check()).rejects.toThrow('not joined');
  await role[Symbol.asyncDispose]();
});

it('asks nobody any more when it has ended', async () => {
  const { role, asked } = watched('blue', 'green');
  await poll(() => asked() > 0);
  await role[Symbol.asyncDispose]();
  const before = asked();
  // Another one's questions are the clock.
  const other = watched('blue', 'green');
  await poll(() => other.asked() > 20);
  await other.role[Symbol.asyncDispose]();
  expect(asked()).toBe(before);
});
