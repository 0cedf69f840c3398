import { type Link, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { LinkedSampler, RateLimitingSampler, samplerFromEnvironment } from './sampler.ts';

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

describe('RateLimitingSampler', () => {
  const taken = (sampler: RateLimitingSampler, of: number): number =>
    Array.from({ length: of }, () => sampler.shouldSample().decision).filter(
      (decision) => decision === SamplingDecision.RECORD_AND_SAMPLED,
    ).length;

  it('takes everything while there is little, and so many a second when there is much', () => {
    let now = 0;
    const sampler = new RateLimitingSampler(10, () => now);
    expect(taken(sampler, 10)).toBe(10);
    expect(taken(sampler, 1_000)).toBe(0);
    now += 500;
    expect(taken(sampler, 1_000)).toBe(5);
    now += 3_600_000;
    expect(taken(sampler, 1_000)).toBe(10);
  });

  it('may take less than one a second, and none', () => {
    let now = 0;
    const rare = new RateLimitingSampler(0.1, () => now);
    expect(taken(rare, 10)).toBe(1);
    now += 9_999;
    expect(taken(rare, 10)).toBe(0);
    now += 1;
    expect(taken(rare, 10)).toBe(1);
    expect(taken(new RateLimitingSampler(0), 10)).toBe(0);
  });
});

// Guard: nobody who calls decides what our telemetry costs.
describe('a caller that samples', () => {
  const sampler = samplerFromEnvironment('parentbased_rate_limiting', '2');
  const called = trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED, isRemote: true },
  });
  const taken = (kind: SpanKind): number =>
    Array.from({ length: 100 }, () => sampler.shouldSample(called, traceId, 'POST', kind, {}, [])).filter(
      ({ decision }) => decision === SamplingDecision.RECORD_AND_SAMPLED,
    ).length;

  it('is followed for so many requests a second', () => {
    expect(taken(SpanKind.SERVER)).toBe(10);
  });

  it('is followed for every message', () => {
    expect(taken(SpanKind.CONSUMER)).toBe(100);
  });
});

describe('samplerFromEnvironment', () => {
  it.each([
    [undefined, undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['always_on', undefined, 'AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['always_off', '20', 'AlwaysOffSampler'],
    ['parentbased_always_on', 'half', 'ParentBased{root=AlwaysOnSampler'],
    ['traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['parentbased_traceidratio', '0.1', 'ParentBased{root=TraceIdRatioBased{0.1}'],
    ['parentbased_rate_limiting', '20', 'ParentBased{root=RateLimiting{20}'],
  ])('%s with %s is %s', (name, argument, text) => {
    expect(samplerFromEnvironment(name, argument).toString()).toContain(text);
  });

  it('refuses what it does not know', () => {
    expect(() => samplerFromEnvironment('sometimes')).toThrow(/OTEL_TRACES_SAMPLER: "sometimes"/);
    for (const wrong of ['2', '-1', 'half', 'NaN']) {
      expect(() => samplerFromEnvironment('traceidratio', wrong)).toThrow(/OTEL_TRACES_SAMPLER_ARG/);
    }
    expect(() => samplerFromEnvironment('rate_limiting', '-1')).toThrow(/of traces a second/);
  });
});
