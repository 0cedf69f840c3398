import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MessageDefinition } from '#contracts/messages.ts';
import type { TopicDefinition } from '#contracts/topics.ts';
import { describeApi } from '#platform/http/openapi.ts';
import { type Route, route } from '#platform/http/route.ts';
import { describeMessaging, type Messaging } from '#platform/kafka/asyncapi.ts';
import { asyncApiBreaks } from './asyncapi-breaks.ts';
import { openApiBreaks } from './openapi-breaks.ts';

const cup = z.object({ size: z.string() });
const base: Route = route({
  method: 'put',
  path: '/cups/:id',
  summary: 'Fill a cup',
  tags: [],
  access: 'anyone',
  params: z.object({ id: z.uuid() }),
  query: z.strictObject({ lid: z.string().optional() }),
  body: cup,
  responses: { 200: { description: 'Full', schema: cup, headers: { ETag: 'Its tag' } } },
  handler: () => ({ status: 200, body: { size: 'small' } }),
});
const info = { title: 'T', version: '1', description: 'D' };
const openApi = (...routes: Route[]) => describeApi(routes, info);
const changed = (change: Partial<Route>) => openApi({ ...base, ...change });
const ok = base.responses[200];

describe('who may call', () => {
  const [baristas, operators] = [
    changed({ access: ['barista'] }),
    changed({ access: ['operator', 'barista'] }),
  ];
  it('may be more, and may not be less', () => {
    expect(openApiBreaks(baristas, operators)).toEqual([]);
    expect(openApiBreaks(baristas, changed({}))).toEqual([]);
    expect(openApiBreaks(operators, baristas)).toEqual(['PUT /cups/{id}: is not for operator any more']);
  });
});

describe('an API', () => {
  const put = 'PUT /cups/{id}';
  it.each([
    ['a path is gone', openApi(), `${put}: is gone`],
    ['a method is gone', changed({ method: 'post' }), `${put}: is gone`],
    ['a parameter is gone', changed({ query: z.strictObject({}) }), `${put} query lid: is gone`],
    [
      'a parameter is required',
      changed({ query: z.strictObject({ lid: z.string() }) }),
      `${put} query lid: is required now`,
    ],
    [
      'a new header is required',
      changed({ headers: z.object({ 'if-match': z.string() }) }),
      `${put} header if-match: is required now`,
    ],
    [
      'a parameter is narrower',
      changed({ params: z.object({ id: z.literal('1') }) }),
      `${put} path id: anything but "1" is not taken any more`,
    ],
    [
      'a body is narrower',
      changed({ body: cup.extend({ lid: z.string() }) }),
      `${put} body.lid: is required now`,
    ],
    ['not everybody is let in', changed({ access: ['operator'] }), `${put}: needs an access token now`],
    ['a status is gone', changed({ responses: { 204: { description: 'D' } } }), `${put} 200: is gone`],
    [
      'a success is new',
      changed({ responses: { 200: ok, 202: { description: 'D' } } as never }),
      `${put} 202: is given now`,
    ],
    [
      'an answer is less',
      changed({ responses: { 200: { ...ok, schema: z.object({}) } } as never }),
      `${put} 200.size: is gone`,
    ],
    [
      'an answer has no body',
      changed({ responses: { 200: { description: 'D', headers: { ETag: 'T' } } } }),
      `${put} 200: application/json is gone`,
    ],
    [
      'a header is gone',
      changed({ responses: { 200: { description: 'D', schema: cup } } }),
      `${put} 200 header ETag: is gone`,
    ],
  ])('breaks when %s', (_, now, broken) => {
    expect(openApiBreaks(openApi(base), now)).toContain(broken);
  });

  it('breaks when a body is asked for that was not', () => {
    const { body: _, ...without } = base;
    expect(openApiBreaks(openApi(without), openApi(base))).toEqual([`${put} body: is required now`]);
    expect(openApiBreaks(openApi(base), openApi(without))).toEqual([`${put} body: is not taken any more`]);
  });

  it.each([
    ['nothing changes', openApi(base)],
    ['a path is new', openApi(base, { ...base, path: '/pots' })],
    [
      'an optional parameter is new',
      changed({ query: z.strictObject({ lid: z.string().optional(), of: z.string().optional() }) }),
    ],
    ['another error is answered', changed({ problems: ['action-not-allowed'] })],
    [
      'an answer has more',
      changed({ responses: { 200: { ...ok, schema: cup.extend({ of: z.string() }) } } as never }),
    ],
  ])('is as good when %s', (_, now) => {
    expect(openApiBreaks(openApi(base), now)).toEqual([]);
  });
});

const topic: TopicDefinition = { name: 'pots.v1', partitions: 3, retentionMs: 9_000, maxMessageBytes: 2_000 };
const brewed: MessageDefinition = {
  type: 'dev.gocoffee.pot.brewed.v1',
  topic,
  summary: 'A pot is brewed',
  data: z.object({ cups: z.int(), by: z.string().optional() }),
};
const messaging = (parts: Partial<Messaging>) =>
  describeMessaging({ sends: [], receives: [], ...parts }, info);
const onTopic = (change: Partial<TopicDefinition>) =>
  messaging({ sends: [{ ...brewed, topic: { ...topic, ...change } }] });
const withData = (data: z.ZodType) => ({ ...brewed, data });
const both = { ...brewed, type: 'dev.gocoffee.pot.emptied.v1' };

describe('messages', () => {
  const sent = 'send pots.v1 dev.gocoffee.pot.brewed.v1';
  const received = 'receive pots.v1 dev.gocoffee.pot.brewed.v1';
  const letter = { buriesIn: [{ ...topic, name: 'pots.v1.dlq' }] };
  it.each([
    ['an event is not sent any more', { sends: [brewed] }, messaging({ sends: [both] }), `${sent}: is gone`],
    [
      'a command is not taken any more',
      { receives: [brewed] },
      messaging({ receives: [both] }),
      `${received}: is gone`,
    ],
    ['a topic is another', { sends: [brewed] }, onTopic({ name: 'pots.v2' }), `${sent}: is gone`],
    ['dead letters go nowhere', letter, messaging({}), 'send pots.v1.dlq pots-v1-dlq-letter: is gone'],
    [
      'an event has less',
      { sends: [brewed] },
      messaging({ sends: [withData(z.object({ cups: z.int() }))] }),
      `${sent}.by: is gone`,
    ],
    [
      'a command needs more',
      { receives: [brewed] },
      messaging({ receives: [withData(z.object({ cups: z.int(), by: z.string() }))] }),
      `${received}.by: is required now`,
    ],
    [
      'partitions are others',
      { sends: [brewed] },
      onTopic({ partitions: 6 }),
      'pots.v1: partitions were 3, are 6',
    ],
    [
      'messages go earlier',
      { sends: [brewed] },
      onTopic({ retentionMs: 1_000 }),
      'pots.v1: retention.ms was 9000, is 1000',
    ],
    [
      'messages have to be smaller',
      { sends: [brewed] },
      onTopic({ maxMessageBytes: 1 }),
      'pots.v1: max.message.bytes was 2000, is 1',
    ],
  ])('break when %s', (_, old, now, broken) => {
    expect(asyncApiBreaks(messaging(old), now)).toEqual([broken]);
  });

  it.each([
    ['nothing changes', messaging({ sends: [brewed], receives: [both] })],
    ['a type is new', messaging({ sends: [brewed, both], receives: [both, brewed] })],
    [
      'an event has more',
      messaging({
        sends: [withData(z.object({ cups: z.int(), by: z.string(), of: z.string() }))],
        receives: [both],
      }),
    ],
    [
      'messages stay longer',
      messaging({ sends: [{ ...brewed, topic: { ...topic, retentionMs: -1 } }], receives: [both] }),
    ],
  ])('are as good when %s', (_, now) => {
    expect(asyncApiBreaks(messaging({ sends: [brewed], receives: [both] }), now)).toEqual([]);
  });
});
