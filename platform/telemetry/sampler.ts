import { type Attributes, type Context, type Link, SpanKind, TraceFlags } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { TokenBucket } from './token-bucket.ts';

/**
 * The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name. `rate_limiting` is our addition: the argument
 * is how many traces may begin here each second.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function samplerFromEnvironment(name = 'parentbased_always_on', argument = '1'): Sampler {
  const value = (most: number, range: string): number => {
    const number = Number(argument);
    if (number >= 0 && number <= most) return number;
    throw new Error(`OTEL_TRACES_SAMPLER_ARG: must be a number ${range}, got "${argument}"`);
  };
  // Only those that take an argument look at it: who sets another sampler need not unset what is set by default.
  const roots: Record<string, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(value(1, 'from 0 to 1')),
    rate_limiting: () => new RateLimitingSampler(value(Number.MAX_VALUE, 'of traces a second')),
  };
  const root = roots[name.replace('parentbased_', '')]?.();
  if (!root) throw new Error(`OTEL_TRACES_SAMPLER: "${name}" is not a sampler of the specification`);
  if (!name.startsWith('parentbased_')) return root;
  if (!(root instanceof RateLimitingSampler)) return new ParentBasedSampler({ root });
  return new ParentBasedSampler({ root, remoteParentSampled: new RemoteSampledSampler(Number(argument)) });
}

// Clients that trace, as those of ./coffee traffic do, ask for several things for each trace of theirs.
const requestsForEach = 5;

/**
 * Follows a caller that samples; but of requests, whose callers are anybody, at most five times as many a second as may begin
 * here. Messages are of our own services, which have bounded theirs.
 */
export class RemoteSampledSampler implements Sampler {
  readonly #requests: RateLimitingSampler;

  /** @param now a clock in milliseconds that never goes back. */
  constructor(perSecond: number, now?: () => number) {
    this.#requests = new RateLimitingSampler(requestsForEach * perSecond, now);
  }

  shouldSample(_context: Context, _traceId: string, _name: string, kind: SpanKind): SamplingResult {
    if (kind === SpanKind.SERVER) return this.#requests.shouldSample();
    return { decision: SamplingDecision.RECORD_AND_SAMPLED };
  }

  toString(): string {
    return `RemoteSampled{${this.#requests.toString()}}`;
  }
}

/**
 * Takes at most so many traces a second, and so bounds what they cost: everything at low traffic, a bounded part at high.
 * A token bucket that holds a second's worth, as Jaeger's sampler of this name
 * (https://www.jaegertracing.io/docs/2.13/architecture/sampling/). For roots: who goes on with a trace follows it.
 */
export class RateLimitingSampler implements Sampler {
  readonly #perSecond: number;
  readonly #bucket: TokenBucket;

  /** @param now a clock in milliseconds that never goes back. */
  constructor(perSecond: number, now?: () => number) {
    this.#perSecond = perSecond;
    this.#bucket = new TokenBucket(perSecond, now);
  }

  shouldSample(): SamplingResult {
    const decision = this.#bucket.take() ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
    return { decision };
  }

  toString(): string {
    return `RateLimiting{${this.#perSecond}}`;
  }
}

/**
 * Samples as `base` does, and also whatever links to a sampled span: the span of a batch belongs to no message's
 * trace, yet must be there when one of its messages is traced (design.md, decision 8).
 */
export class LinkedSampler implements Sampler {
  readonly #base: Sampler;

  constructor(base: Sampler) {
    this.#base = base;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#base.shouldSample(context, traceId, name, kind, attributes, links);
    const linked = links.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0);
    return linked ? { ...result, decision: SamplingDecision.RECORD_AND_SAMPLED } : result;
  }

  toString(): string {
    return `LinkedSampler{${this.#base.toString()}}`;
  }
}
