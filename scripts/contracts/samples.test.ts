import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { refreshTokenReusedType } from '#contracts/events/identity-events.ts';
import { paymentEventType } from '#contracts/events/payments.ts';
import { aiTaskMessages, headersOf, keyOf, messages } from '#contracts/messages.ts';
import { jsonSchema } from '#platform/schema/json-schema.ts';
import { platformVersion } from './platform-version.ts';
import { readers } from './readers.ts';
import { recordSamples } from './record-samples.ts';
import { pathOf, readSamples, type Sample, textOf } from './sample.ts';

const samples = await readSamples();
const version = await platformVersion();
const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
const ofType = (type: string): Sample[] => samples.filter((sample) => sample.type === type);

describe('the recorded samples', () => {
  let recorded: Sample[];
  beforeAll(async () => {
    recorded = await recordSamples(version);
  });

  it('of this version are what it encodes today (./coffee contracts records them)', () => {
    const byPath = (list: readonly Sample[]) =>
      Object.fromEntries(list.map((sample) => [pathOf(sample), textOf(sample)]));
    expect(byPath(samples.filter((sample) => sample.version === version))).toEqual(byPath(recorded));
  });

  it('of this version have every type', () => {
    const present = new Set(samples.filter((sample) => sample.version === version).map(({ type }) => type));
    expect(messages.map(({ type }) => type).filter((type) => !present.has(type))).toEqual([]);
  });

  it('are of types that there are: what is in Kafka still has to be read', () => {
    const known = new Set(messages.map(({ type }) => type));
    expect(samples.filter(({ type }) => !known.has(type)).map(pathOf)).toEqual([]);
  });

  it('are each read by somebody, or only told', () => {
    const unread = samples.filter((sample) => !readers.some(({ mustRead }) => mustRead(sample)));
    const told = [
      refreshTokenReusedType,
      ...aiTaskMessages.map(({ type }) => type),
      // Where a payment begins and ends is counted, and moves its order on; the rest is for who looks at payments.
      ...(['pending', 'refunding', 'cancelled'] as const).map(paymentEventType),
    ];
    expect([...new Set(unread.map(({ type }) => type))].sort()).toEqual(told.sort());
  });
});

describe.each(messages)('$type', (message) => {
  const { type, topic, data } = message;
  const validator = (io: 'input' | 'output') => {
    const headers = jsonSchema(headersOf(message), io);
    const payload = jsonSchema(data, io);
    return ajv.compile({
      type: 'object',
      properties: { headers, payload, key: jsonSchema(keyOf(message), io) },
    });
  };
  it.each(ofType(type).map((sample) => [pathOf(sample), sample] as const))('%s fits', (_, sample) => {
    const { key, headers, value } = sample.message;
    // What older versions wrote has to be taken; what this one writes keeps all that it promises.
    const validate = validator(sample.version === version ? 'output' : 'input');
    validate({ headers, key, payload: JSON.parse(value.toString()) });
    expect(validate.errors).toBeNull();
    expect(sample.message.topic).toBe(topic.name);
    if (!message.subject) expect(headers.ce_subject).toBe(key);
  });
});

describe.each(readers)('$name', ({ mustRead, read }) => {
  const named = samples.filter(mustRead).map((sample) => [pathOf(sample), sample] as const);
  it.each(named)('reads %s', async (_, sample) => {
    await read(sample);
  });
});
