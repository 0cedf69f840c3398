import { type Link, ROOT_CONTEXT, SpanKind, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { LinkedSampler, samplerFromEnvironment } from './sampler.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const linkTo = (traceFlags: TraceFlags): Link => ({
  context: { traceId, spanId: 'b7ad6b7169203331', traceFlags },
});

const decide = (sampler: LinkedSampler, links: Link[]): SamplingDecision =>
  sampler.shouldSample(ROOT_CONTEXT, traceId, 'process batch', SpanKind.CONSUMER, {}, links).decision;

describe('LinkedSampler', () => {
  const sampler = new LinkedSampler(samplerFromEnvironment('always_off'));

  it('samples a batch that links to a sampled message, which the base would drop', () => {
    expect(decide(sampler, [linkTo(TraceFlags.NONE), linkTo(TraceFlags.SAMPLED)])).toBe(
      SamplingDecision.RECORD_AND_SAMPLED,
    );
  });

  it('leaves the decision to the base otherwise', () => {
    expect(decide(sampler, [])).toBe(SamplingDecision.NOT_RECORD);
    expect(decide(sampler, [linkTo(TraceFlags.NONE)])).toBe(SamplingDecision.NOT_RECORD);
    const all = new LinkedSampler(samplerFromEnvironment('always_on'));
    expect(decide(all, [])).toBe(SamplingDecision.RECORD_AND_SAMPLED);
  });
});

describe('samplerFromEnvironment', () => {
  it.each([
    [undefined, undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['always_on', undefined, 'AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['parentbased_traceidratio', '0.1', 'ParentBased{root=TraceIdRatioBased{0.1}'],
  ])('%s with %s is %s', (name, argument, text) => {
    expect(samplerFromEnvironment(name, argument).toString()).toContain(text);
  });

  it('refuses what it does not know', () => {
    expect(() => samplerFromEnvironment('sometimes')).toThrow(/OTEL_TRACES_SAMPLER: "sometimes"/);
    for (const wrong of ['2', '-1', 'half', 'NaN']) {
      expect(() => samplerFromEnvironment('traceidratio', wrong)).toThrow(/OTEL_TRACES_SAMPLER_ARG/);
    }
  });
});
