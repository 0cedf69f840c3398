import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/**
 * The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function samplerFromEnvironment(name = 'parentbased_always_on', argument = '1'): Sampler {
  const ratio = Number(argument);
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new Error(`OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1, got "${argument}"`);
  }
  const roots: Record<string, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name.replace('parentbased_', '')]?.();
  if (!root) throw new Error(`OTEL_TRACES_SAMPLER: "${name}" is not a sampler of the specification`);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
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
