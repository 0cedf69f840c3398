import { z } from 'zod';
import { channels, withActions } from '../domain/actions.ts';
import { agent } from './agent.ts';

const longestText = 2_000;

/** `shopId: harbour` for each field; values that are no text or number are left out. */
const linesOf = (facts: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(facts).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [`${name}: ${String(value)}`] : [],
  );

/** Tells the shop's people of something, on the channels that an operator has set up. */
export const notifier = agent({
  id: 'notifier',
  name: 'Notifier',
  capabilities: ['notification'],
  input: z.strictObject({
    subject: z.string().min(1).max(200),
    facts: z.record(z.string(), z.unknown()).default({}),
    channels: z.array(z.enum(channels)).min(1).default(['webhook']),
  }),
  output: withActions,
  run: ({ subject, facts, channels: wanted }) => {
    const text = [subject, ...linesOf(facts)].join('\n').slice(0, longestText);
    return Promise.resolve({
      actions: [...new Set(wanted)].map((channel) => ({ kind: 'notify' as const, channel, subject, text })),
    });
  },
});
