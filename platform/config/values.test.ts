import { describe, expect, it } from 'vitest';
import { duration, flag, list, origins, port, positiveInteger } from './values.ts';

describe('duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => expect(duration.parse(text)).toBe(ms));

  it.each(['30', 's', '1.5s', '-1s', '1 s', '1d', ''])('refuses "%s"', (text) =>
    expect(duration.safeParse(text).success).toBe(false),
  );
});

it('takes ports from 0 to 65535', () => {
  expect(port.parse('8080')).toBe(8080);
  for (const wrong of ['-1', '65536', '80.5', 'http'])
    expect(port.safeParse(wrong).success, wrong).toBe(false);
});

it('takes true and false and nothing that looks like it', () => {
  expect([flag.parse('true'), flag.parse('false')]).toEqual([true, false]);
  for (const wrong of ['1', 'yes', 'TRUE']) expect(flag.safeParse(wrong).success, wrong).toBe(false);
});

it('takes whole numbers from 1', () => {
  expect(positiveInteger.parse('12')).toBe(12);
  for (const wrong of ['0', '1.5', 'many'])
    expect(positiveInteger.safeParse(wrong).success, wrong).toBe(false);
});

it('splits lists and drops blanks', () => {
  expect(list.parse(' a:1, ,b:2,')).toEqual(['a:1', 'b:2']);
});

it('takes origins exactly as browsers send them', () => {
  expect(origins.parse('https://coffee.example, http://localhost:3000')).toHaveLength(2);
  for (const wrong of ['*', 'https://coffee.example/', 'coffee.example', 'https://coffee.example/path']) {
    expect(origins.safeParse(wrong).success, wrong).toBe(false);
  }
});
