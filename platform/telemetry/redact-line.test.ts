import { expect, it } from 'vitest';
import { redactLine } from './redact-line.ts';

const amount = '123456789012345678901234567890';

it('does not touch a line that shows no sign of a secret', () => {
  const line = '{"level":"info", "path":"/v1/orders/:id", "amount":1.50}\n';
  expect(redactLine(line)).toBe(line);
});

it('leaves numbers and hashes beside a secret as they are', () => {
  const hash = `0x${'cd34'.repeat(16)}`;
  expect(redactLine(`{"to":"ada@example.com","wei":${amount},"ms":0.25,"blockHash":"${hash}"}\n`)).toBe(
    `{"to":"****","wei":${amount},"ms":0.25,"blockHash":"${hash}"}\n`,
  );
});

// Guard: a span's id of digits only may begin like a card.
it('leaves the fields by which a line is found', () => {
  const line =
    '{"level":"info","trace_id":"41111111111111114111111111111111","span_id":"4111111111111111"}\n';
  expect(redactLine(line)).toBe(line);
});

it.each([
  ['within an object', '{"user":{"mail":"ada@example.com"}}', '{"user":{"mail":"****"}}'],
  ['within a list', '{"to":["ada@example.com",1]}', '{"to":["****",1]}'],
  [
    'as the second of two addresses',
    '{"to":"a@b.co1@d.ee, é@f.gg g@h.ii"}',
    '{"to":"****@d.ee, é@f.gg ****"}',
  ],
  ['behind a line feed', String.raw`{"err":"1\nBearer abcdef0123456789"}`, String.raw`{"err":"1\n****"}`],
  ['in JSON in a text', String.raw`{"body":"{\"secret\":\"opaque\"}"}`, String.raw`{"body":"{\"****\"}"}`],
  ['under a key, whatever it is', '{"password":1234}', '{"password":"****"}'],
  ['under a key, with all in it', '{"authorization":{"user":"ada"}}', '{"authorization":"****"}'],
  ['under the last part of a key', '{"db.api_key":"opaque"}', '{"db.api_key":"****"}'],
  ['under a key in camel case', '{"a":{"accessToken":"opaque"}}', '{"a":{"accessToken":"****"}}'],
  ['under the last part of one', '{"a":{"databasePassword":"opaque"}}', '{"a":{"databasePassword":"****"}}'],
])('hides what stands %s', (_where, line, left) => {
  expect(redactLine(`${line}\n`)).toBe(`${left}\n`);
});

// Guard: who sends a long text stops no process. Without bounds in the patterns each takes seconds.
it.each([
  ['a word', 'a'.repeat(100_000)],
  ['beginnings of tokens', 'eyJ-'.repeat(25_000)],
  ['names of a host without an end', `a@${'1.'.repeat(50_000)}`],
  ['halves of addresses', `${'a'.repeat(64)}@`.repeat(1_500)],
  ['beginnings of addresses', '://a'.repeat(25_000)],
  ['digits', '4'.repeat(100_000)],
])('takes a time that grows with the line only: %s', (_what, text) => {
  const before = process.cpuUsage();
  redactLine(`${JSON.stringify({ text, mail: '@' })}\n`);
  const { user } = process.cpuUsage(before);
  expect(user / 1_000).toBeLessThan(500);
});
