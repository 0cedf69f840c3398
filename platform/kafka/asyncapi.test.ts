import { expect, it } from 'vitest';
import { z } from 'zod';
import type { MessageDefinition } from '#contracts/messages.ts';
import type { TopicDefinition } from '#contracts/topics.ts';
import { describeMessaging, type Messaging } from './asyncapi.ts';

const topic = (name: string): TopicDefinition => ({
  ...{ name, partitions: 3, retentionMs: 1_000, maxMessageBytes: 2_000 },
});
const brewed: MessageDefinition = {
  type: 'dev.gocoffee.pot.brewed.v1',
  topic: topic('pots.v1'),
  summary: 'A pot is brewed',
  data: z.object({ pot: z.uuid(), cups: z.int().default(4), lid: z.strictObject({ shut: z.boolean() }) }),
};
const describeOne = (messaging: Partial<Messaging>) =>
  describeMessaging({ sends: [], receives: [], ...messaging }, { title: 'T', version: '1' });
const payload = (document: object) =>
  (document as { components: { messages: Record<string, { payload: object }> } }).components.messages[
    'pot-brewed-v1'
  ]?.payload;

it('says which topic is written and read, and how it is set up', () => {
  expect(describeOne({ sends: [brewed] })).toMatchObject({
    asyncapi: '3.0.0',
    channels: {
      'pots-v1': {
        address: 'pots.v1',
        messages: { 'pot-brewed-v1': { $ref: '#/components/messages/pot-brewed-v1' } },
        bindings: { kafka: { partitions: 3, topicConfiguration: { 'retention.ms': 1_000 } } },
      },
    },
    operations: {
      'send-pots-v1': {
        action: 'send',
        channel: { $ref: '#/channels/pots-v1' },
        messages: [{ $ref: '#/channels/pots-v1/messages/pot-brewed-v1' }],
      },
    },
    components: {
      messages: {
        'pot-brewed-v1': {
          name: 'dev.gocoffee.pot.brewed.v1',
          headers: { properties: { ce_type: { const: 'dev.gocoffee.pot.brewed.v1' } } },
        },
      },
    },
  });
});

it('requires of what is received less than it promises of what is sent', () => {
  expect(payload(describeOne({ receives: [brewed] }))).toMatchObject({ required: ['pot', 'lid'] });
  expect(payload(describeOne({ sends: [brewed] }))).toMatchObject({ required: ['pot', 'cups', 'lid'] });
});

// Guard: a reader that closes what is open would refuse the next version.
it('closes what is strict and nothing else', () => {
  const sent = payload(describeOne({ sends: [brewed] }));
  expect(sent).not.toHaveProperty('additionalProperties');
  expect(sent).toMatchObject({ properties: { lid: { additionalProperties: false } } });
});

it('tells of dead letters by their headers', () => {
  const document = describeOne({ buriesIn: [topic('pots.v1.dlq')] });
  expect(document).toMatchObject({
    channels: { 'pots-v1-dlq': { address: 'pots.v1.dlq' } },
    operations: { 'send-pots-v1-dlq': { action: 'send' } },
    components: {
      messages: {
        'pots-v1-dlq-letter': {
          headers: { required: expect.arrayContaining(['dlq_error_code', 'dlq_origin_topic']) },
        },
      },
    },
  });
});
