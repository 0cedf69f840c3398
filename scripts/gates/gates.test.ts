import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultStored, mostRatio } from '../bench/stored-limit.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { enforced, inWords, type Limit } from './gate.ts';
import { gates } from './gates.ts';
import { localGates } from './local-gates.ts';
import { gateTable } from './table.ts';

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const limits = gates.flatMap(({ name, limits = [] }) =>
  limits.map((limit) => ({ title: `${name}: ${inWords(limit)}`, limit })),
);

/** The text with a number that lets more through. */
function weakened(text: string, { pattern, bound, value }: Limit): string {
  const weaker = bound === 'at least' ? value / 2 : value * 2;
  return text.replace(new RegExp(pattern, 'm'), (match, number: string) =>
    match.replace(number, String(weaker)),
  );
}

// Guard: a number that is made weaker where it is enforced differs from what is promised here and in the document.
describe.each(limits)('$title', ({ limit }) => {
  it('is what is enforced', () => {
    expect(enforced(textOf(limit.file), limit)).toBe(limit.value);
  });

  it('is missed when it is weaker, or gone', () => {
    const text = textOf(limit.file);
    expect(enforced(weakened(text, limit), limit)).not.toBe(limit.value);
    expect(() => enforced(text.replace(new RegExp(limit.pattern, 'm'), ''), limit)).toThrow(limit.file);
  });
});

it('a number that stands twice is not believed', () => {
  const limit: Limit = { what: 'w', bound: 'at most', value: 1, unit: '', file: 'f', pattern: /w = (\d+)/ };
  expect(enforced('w = 1', limit)).toBe(1);
  expect(() => enforced('w = 1; w = 1', limit)).toThrow('stands 2 times in f');
});

// Guard: a limit of ten million stored orders is not held by a run that stores one million.
it.each(gates.filter(({ command }) => command?.startsWith('./coffee bench core')))(
  '$name promises what is enforced with as many stored as its command stores',
  ({ command = '', limits: own = [] }) => {
    const stored = Number(/--stored (\d+)/.exec(command)?.[1] ?? defaultStored);
    const promised = own.filter(({ file }) => file === 'scripts/bench/stored-limit.ts');
    expect(promised.map(({ value }) => value)).toEqual([mostRatio(stored)]);
  },
);

it('docs/quality-gates.md has every gate as it is', () => {
  const hint = 'put into docs/quality-gates.md what ./coffee ci --list prints';
  expect(textOf('docs/quality-gates.md'), hint).toContain(`\n${gateTable(gates)}\n`);
});

it('no two gates have one name, and those that run here are the first', () => {
  const names = gates.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(gates.slice(0, localGates.length)).toEqual(localGates);
});

// Guard: a gate that is left out of ./coffee ci is left out for a reason, which a run prints.
it.each(gates.filter(({ workflow }) => workflow === 'ci'))('$name is run here, or says why not', (gate) => {
  const isLocal = localGates.some(({ name }) => name === gate.name);
  if (isLocal) expect(gate.notLocal).toBeUndefined();
  else expect(gate.notLocal).toMatch(/\w{3}/);
});

// Guard: a gate without a command of ours is what others do in its job, and says what that is.
it.each(gates.filter(({ command }) => command === undefined))('$name says what enforces it', ({ steps }) => {
  expect(steps?.length).toBeGreaterThan(0);
});

// What the product promises is held by something, and nothing of it goes missing unseen.
it.each(['coverage', 'vulnerabilities', 'health', 'SLA', 'security', 'delivery'])(
  '%s has a gate',
  (subject) => {
    expect(gates.some((gate) => gate.subject === subject)).toBe(true);
  },
);
