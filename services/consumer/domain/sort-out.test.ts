import { expect, it } from 'vitest';
import { command, messageOf, placeOrder } from '../tests/commands.ts';
import { decodeCommand } from './commands.ts';
import { sortOut } from './sort-out.ts';

const commandOf = (place = placeOrder(), id?: string) => decodeCommand(messageOf(command(place, id)));
const idsOf = (commands: readonly { id: string }[]): string[] => commands.map(({ id }) => id);

it('lets the first fresh command of each order open it, the others follow', () => {
  const place = placeOrder();
  const [first, second, other] = [commandOf(place), commandOf(place), commandOf()];
  const { candidates, followers } = sortOut([first, second, other], new Set(idsOf([first, second, other])));
  expect(idsOf(candidates)).toEqual(idsOf([first, other]));
  expect(idsOf(followers)).toEqual(idsOf([second]));
});

it('drops what has taken effect before, and a repeat within the batch', () => {
  const place = placeOrder();
  const [done, fresh] = [commandOf(place), commandOf(place)];
  const repeat = commandOf(place, fresh.id);
  const { candidates, followers } = sortOut([done, fresh, repeat], new Set([fresh.id]));
  expect(idsOf(candidates)).toEqual([fresh.id]);
  expect(followers).toEqual([]);
});
