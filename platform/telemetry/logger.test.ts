import { beforeAll, expect, it } from 'vitest';
import { runProgram } from '../testing/run-program.ts';
import { sensitiveTexts } from '../testing/sensitive-texts.ts';

type Line = Readonly<Record<string, unknown>>;

/** What a process with this logger writes to standard output. */
function linesOf(statements: string): readonly Line[] {
  const { lines, stderr } = runProgram(
    `import { createLogger } from '#platform/telemetry/logger.ts'; const log = createLogger('test', 'info'); ${statements}`,
  );
  expect(stderr).toBe('');
  return lines;
}

it('writes one JSON object an event, with level, time and service, and never a credential', () => {
  const [line, ...others] = linesOf(`
    log.debug('below the level');
    log.info({ orderId: '1', password: 'hunter2', database: { password: 'hunter2' }, headers: { cookie: 'hunter2' } }, 'order accepted');`);
  expect(others).toEqual([]);
  expect(line).toMatchObject({ level: 'info', name: 'test', orderId: '1', msg: 'order accepted' });
  expect(Date.parse(String(line?.time))).toBeGreaterThan(Date.now() - 60_000);
  expect(JSON.stringify(line)).not.toContain('hunter2');
});

/** What people look for in a log. */
const harmless: readonly (readonly [string, unknown])[] = [
  ['the id of an order', '0b6f3d0a-5f5b-5c5e-9d3e-6f1f0a1b2c3d'],
  ["an id whose digits begin like a card's", '41234567-4123-4567-8901-412345678901'],
  ['the id of a trace', '0af7651916cd43dd8448eb211c80319c'],
  ['a time', '2026-11-27T18:02:43.123Z'],
  ['milliseconds in a text', '1764105600000'],
  ['an IP address', '192.168.100.254'],
  ['an address of a chain', `0x${'Ab12'.repeat(10)}`],
  ['a duration', 1234.5678],
  ['a number as long as a card', 4_111_111_111_111_111],
  ['an offset', 4_294_967_296],
  ['a path', '/v1/orders/:id'],
  ['an image', 'ghcr.io/go-coffee/order:1.2.3'],
];

let lines: readonly Line[];
beforeAll(() => {
  const values = [...sensitiveTexts, ...harmless].map(([, value]) => value);
  lines = linesOf(`
    for (const value of ${JSON.stringify(values)}) {
      const error = Object.assign(new Error('failed: ' + value), { stack: 'Error: failed: ' + value });
      log.child({ bound: value }).error({ value, nested: { list: [value] }, err: error }, 'event: ' + value);
    }`);
});

const everywhere = (value: unknown): Line => ({
  level: 'error',
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  name: 'test',
  bound: value,
  value,
  nested: { list: [value] },
  err: { type: 'Error', message: `failed: ${value}`, stack: `Error: failed: ${value}` },
  msg: `event: ${value}`,
});

it.each(sensitiveTexts)('hides %s', (what, _secret, left) => {
  const index = sensitiveTexts.findIndex(([name]) => name === what);
  expect(lines[index]).toEqual(everywhere(left));
});

it.each(harmless)('leaves %s', (what, value) => {
  const index = harmless.findIndex(([name]) => name === what);
  const line = { ...lines[sensitiveTexts.length + index] };
  // A number in a text may be a card; as a number it stays.
  if (typeof value === 'number') for (const text of ['msg', 'err']) delete line[text];
  expect(line).toEqual(expect.objectContaining(line.msg ? everywhere(value) : { value, bound: value }));
});
