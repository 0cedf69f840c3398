import { type Attributes, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { KindBudget } from './token-bucket.ts';

// Parents whose children have failed and that have not ended yet. More at once are not kept track of.
const mostWaiting = 10_000;
// Under overload most requests are refused, hundreds a second alike: to export each would take from those that are not.
const mostAlikePerSecond = 50;

/** Why a span is there although its trace was not sampled: itself has failed, or something that it did. */
export const failedSpanAttribute = 'coffee.sampling.reason';

/**
 * Hands spans that ended in an error to `next` although they were not sampled, with their parents in this process: so
 * that sampling hides no error, of whose like (name and status) there are 50 a second at most. Needs a sampler that records
 * everything (createAlwaysRecordSampler). Children end before their parents, so nothing needs to be kept but the parents' ids.
 */
export class FailedSpans implements SpanProcessor {
  readonly #next: Pick<SpanProcessor, 'onEnd'>;
  readonly #waiting = new Set<string>();
  readonly #budget: KindBudget;

  /**
   * @param next is flushed and shut down by whoever else has it.
   * @param now a clock in milliseconds that never goes back.
   */
  constructor(next: Pick<SpanProcessor, 'onEnd'>, now?: () => number) {
    this.#next = next;
    this.#budget = new KindBudget(mostAlikePerSecond, now);
  }

  onStart(): void {
    // Only its end says whether it has failed.
  }

  onEnd(span: ReadableSpan): void {
    const { spanId, traceFlags } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) !== 0) return;
    const failedBelow = this.#waiting.delete(spanId);
    const failed = span.status.code === SpanStatusCode.ERROR;
    if (!failedBelow && !(failed && this.#mayPass(span))) return;
    this.#expect(span.parentSpanContext);
    this.#next.onEnd(sampled(span, failed ? 'error' : 'error of a child'));
  }

  async forceFlush(): Promise<void> {
    // Nothing is held back.
  }

  async shutdown(): Promise<void> {
    this.#waiting.clear();
  }

  #mayPass({ name, attributes }: ReadableSpan): boolean {
    return this.#budget.take(`${name} ${attributes['http.response.status_code'] ?? ''}`) !== undefined;
  }

  #expect(parent: ReadableSpan['parentSpanContext']): void {
    if (!parent || parent.isRemote) return;
    this.#waiting.add(parent.spanId);
    if (this.#waiting.size <= mostWaiting) return;
    const [oldest = ''] = this.#waiting;
    this.#waiting.delete(oldest);
  }
}

/** The same span as a processor of sampled spans takes it. */
function sampled(span: ReadableSpan, reason: string): ReadableSpan {
  const context = { ...span.spanContext(), traceFlags: span.spanContext().traceFlags | TraceFlags.SAMPLED };
  const attributes: Attributes = { ...span.attributes, [failedSpanAttribute]: reason };
  // Getters of a class: they would be lost in a copy of all properties.
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    ...(span.parentSpanContext ? { parentSpanContext: span.parentSpanContext } : {}),
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    attributes,
    links: span.links,
    events: span.events,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
