import { expect, test } from 'vitest';
import { parseExceptions, readExceptions } from './exceptions.ts';
import type { Judgement } from './judge.ts';
import { namesIn } from './names.ts';
import { type CaptureExpectations, reportOf } from './report.ts';

const container = (Name: string, address: string) => ({ Name, IPv4Address: `${address}/24` });
const nameOf = namesIn(
  [
    {
      IPAM: { Config: [{ Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }] },
      Containers: {
        a: container('go-coffee-producer-1', '10.0.0.2'),
        b: container('go-coffee-otel-collector-1', '10.0.0.3'),
        c: container('quirky_noether', '10.0.0.4'),
      },
    },
  ],
  'go-coffee',
);
const control = { from: '10.0.0.9', to: '10.0.0.2', port: 8080, sample: 'GET /seen-4711 HTTP/1.1' };
const redis = { from: '10.0.0.2', to: '10.0.0.3', port: 6379 };
const judgement: Judgement = {
  secure: [{ ...redis, connections: 2, bytes: 300 }],
  plaintext: [control],
  leaked: ['/seen-4711'],
};
const expected: CaptureExpectations = {
  nameOf,
  exceptions: [],
  seen: ['producer → otel-collector:6379'],
  control: '/seen-4711',
};

test('nothing is wrong when all was TLS but the control', () => {
  const report = reportOf(judgement, expected);
  expect(report).toEqual({
    secure: ['producer → otel-collector:6379'],
    connections: 2,
    bytes: 300,
    failures: [],
  });
});

// Guard: one connection in plaintext is a failure.
test('says who said what to whom in plaintext', () => {
  const plaintext = [control, { ...redis, sample: 'AUTH producer' }];
  expect(reportOf({ ...judgement, plaintext }, expected).failures).toEqual([
    'producer → otel-collector:6379 carries plaintext: AUTH producer',
  ]);
  const exceptions = [{ to: 'otel-collector', port: 6379, reason: 'It is an exception in this test.' }];
  expect(reportOf({ ...judgement, plaintext }, { ...expected, exceptions }).failures).toEqual([]);
  const others = [
    { ...exceptions[0], port: 6380, reason: '' },
    { ...exceptions[0], to: 'kafka', reason: '' },
  ];
  const wrong = others as typeof exceptions;
  expect(reportOf({ ...judgement, plaintext }, { ...expected, exceptions: wrong }).failures).toHaveLength(1);
});

test('says what could be read', () => {
  const leaked = [...judgement.leaked, 'ada'];
  expect(reportOf({ ...judgement, leaked }, expected).failures).toEqual([
    '"ada" could be read by whoever listens',
  ]);
});

// Guard: a capture that sees nothing does not pass.
test('is not content with a capture that saw nothing', () => {
  const nothing: Judgement = { secure: [], plaintext: [], leaked: [] };
  expect(reportOf(nothing, expected).failures).toEqual([
    'producer → otel-collector:6379 was not used, or not by TLS',
    'what was sent in plain text on purpose was not found: the capture does not work',
  ]);
});

test.each([
  ['10.0.0.3', 'otel-collector'],
  ['10.0.0.4', 'quirky_noether'],
  ['10.0.0.1', 'host'],
  ['10.0.0.9', '10.0.0.9'],
  ['10.0.1.1', 'outside'],
  ['fe80:0:0:0:0:0:0:1', 'outside'],
])('%s is %s', (address, name) => {
  expect(nameOf(address)).toBe(name);
});

// Guard: plaintext is named in one file, with a reason.
test('each exception has a reason', async () => {
  expect(
    parseExceptions('- { to: chain, port: 8545, reason: The local chain speaks HTTP only. }'),
  ).toHaveLength(1);
  for (const text of ['- { to: chain, port: 8545 }', '- { to: chain, port: 8545, reason: because }'])
    expect(() => parseExceptions(text)).toThrow(/reason/);
  await expect(readExceptions()).resolves.toBeInstanceOf(Array);
});
