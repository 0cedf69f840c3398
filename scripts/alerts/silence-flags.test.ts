import { expect, it } from 'vitest';
import { silenceRequest } from './silence-flags.ts';
import { silenceLine } from './view.ts';

it('silences an alert for an hour unless told, of one service or of all', async () => {
  expect(await silenceRequest({ silence: 'PartDown', reason: ' moved ' })).toEqual({
    alert: 'PartDown',
    service: undefined,
    forMs: 3_600_000,
    reason: 'moved',
  });
  expect(
    await silenceRequest({ silence: 'PartDown', service: 'streams', for: '30m', reason: 'moved' }),
  ).toMatchObject({ service: 'streams', forMs: 1_800_000 });
});

// Guard: Alertmanager takes a silence of what there is not, which holds nothing back.
it.each([
  [{ silence: 'PartDwn', reason: 'moved' }, /no alert PartDwn/],
  [{ silence: 'PartDown' }, /--reason/],
  [{ silence: 'PartDown', reason: ' ' }, /--reason/],
  [{ silence: 'PartDown', for: 'ever', reason: 'moved' }, /--for is "ever"/],
  [{ silence: 'PartDown', for: '0s', reason: 'moved' }, /--for is "0s"/],
  [{ silence: 'PartDown', for: '8760h', reason: 'moved' }, /--for is "8760h"/],
])('refuses %j', async (flags, message) => {
  await expect(silenceRequest(flags)).rejects.toThrow(message);
});

it('shows of a silence until when, what, why, by whom and its id', () => {
  const line = silenceLine({
    id: '7d1f',
    status: { state: 'active' },
    matchers: [
      { name: 'alertname', value: 'PartDown' },
      { name: 'service', value: 'streams' },
    ],
    endsAt: '2026-11-27T19:00:00.000Z',
    createdBy: 'ada',
    comment: 'moved',
  });
  expect(line.split(/ {2,}/)).toEqual([
    '2026-11-27 19:00:00',
    'PartDown service=streams',
    'moved (ada)',
    '7d1f',
  ]);
});
