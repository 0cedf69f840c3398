import { expect, test } from 'vitest';
import { brokenAgreement } from './agreement.ts';
import type { Buckets } from './observe/server-latency.ts';
import { sampleSla } from './sample-result.ts';

const infinite = Number.POSITIVE_INFINITY;
/** Its P95 is between 25 and 50 ms. */
const buckets = new Map([
  [0.025, 900],
  [0.05, 1_000],
  [infinite, 1_000],
]);
const broken = (clientP95Ms: number, serverBuckets: Buckets | undefined = buckets): string =>
  brokenAgreement({ clientP95Ms, serverBuckets }, sampleSla).join('\n');

test("client and server agree when the client's P95 is in the server's bucket, or next to it", () => {
  for (const agreed of [5, 37, 70]) expect(broken(agreed)).toBe('');
});

test('the width of the bucket is no margin', () => {
  expect(broken(71)).toBe(
    'P95 of the client 71.0 ms, and of the server 25.0 ms to 50.0 ms: more than 20.0 ms apart',
  );
  expect(broken(4)).toMatch(/more than 20\.0 ms apart/);
});

test('a P95 beyond the last bound agrees with nothing', () => {
  const beyond = new Map([...buckets, [infinite, 2_000]]);
  for (const client of [40, 60, 1e9])
    expect(broken(client, beyond)).toMatch(/above the last bound .* 50\.0 ms/);
});

test('who has counted nothing agrees with nobody', () => {
  expect(broken(0, new Map())).toMatch(/apart/);
  expect(broken(Number.NaN)).toMatch(/apart/);
});
