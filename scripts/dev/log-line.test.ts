import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { containerLine, LogLines } from './log-line.ts';

const time = new Date(2026, 2, 1, 9, 5, 7, 42).toISOString();
const line = (fields: object): string => JSON.stringify({ level: 'info', time, name: 'producer', ...fields });

it('shows records of services as words, with their fields', () => {
  const lines = new LogLines(['producer', 'web3-payment'], false);
  const text = line({
    orderId: 'a1',
    amount: 4,
    trace_id: 'f00',
    span_id: 'b1',
    trace_flags: '01',
    msg: 'order accepted',
  });
  expect(lines.format('producer', text)).toBe(
    'producer     09:05:07.042 info  order accepted orderId=a1 amount=4 trace_id=f00',
  );
});

it('leaves what is no record as it is', () => {
  const lines = new LogLines(['kafka'], false);
  for (const text of ['[2026-03-01] INFO started', '{ not json', '{"a":1}', ''])
    expect(lines.format('kafka', text)).toBe(`kafka ${text}`);
});

it('knows whose line it is that Compose shows', () => {
  expect(containerLine('web3-payment-1     | {"msg":"a | b"}')).toEqual({
    name: 'web3-payment',
    text: '{"msg":"a | b"}',
  });
  expect(containerLine('\x1b[2Kkafka-1  | started')).toEqual({ name: 'kafka', text: 'started' });
  expect(containerLine('kafka-12  |')).toEqual({ name: 'kafka', text: '' });
  expect(containerLine('no such service: brewer')).toBeUndefined();
});

it('gives each program its own colour, and errors one that nobody else has', () => {
  const names = ['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator', 'edge', 'kafka'];
  const lines = new LogLines(names, true);
  const colours = names.map((name) => /\[38;5;(\d+)m/.exec(lines.format(name, 'text'))?.[1]);
  expect(new Set(colours).size).toBe(names.length);
  const failed = lines.format('edge', line({ level: 'error', msg: 'broken' }));
  const [, inError] = /\[38;5;(\d+)merror/.exec(failed) ?? [];
  expect(inError).toBeDefined();
  expect(colours).not.toContain(inError);
  expect(stripVTControlCharacters(failed)).toBe(
    new LogLines(names, false).format('edge', line({ level: 'error', msg: 'broken' })),
  );
});
