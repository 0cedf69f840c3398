import { TraceFlags, trace } from '@opentelemetry/api';
import { messageOf } from '../errors/app-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { KindBudget } from '../telemetry/token-bucket.ts';

// Of requests that failed alike. Refusing a request must cost less than answering it, and a line costs more than the rest of
// a refusal; metrics count all of them.
const mostAlikePerSecond = 20;

/** A request that has its answer. */
export interface AnsweredRequest {
  readonly method: string | undefined;
  /** The route that took it, as `/v1/orders/:id`; absent when none did. */
  readonly route: string | undefined;
  readonly status: number;
  /** Why, when it failed. */
  readonly code: string | undefined;
  /** By performance.now(). */
  readonly startedAt: number;
}

/**
 * What is said of requests. What succeeds is logged at debug level, because a line a request costs more than the rest of the
 * HTTP layer; of requests that are traced at info level: from a trace to its logs. Of those that failed alike (method, route,
 * status and code) 20 a second are; the next one says how many were left out.
 */
export class RequestLog {
  readonly #log: Logger;
  readonly #budget = new KindBudget(mostAlikePerSecond);

  constructor(log: Logger) {
    this.#log = log;
  }

  /** An error of ours, whose stack is for the log only. */
  failed(thrown: unknown, route: string | undefined): void {
    const error = messageOf(thrown);
    const leftOut = this.#budget.take(`${route} ${error}`);
    if (leftOut === undefined) return;
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    const cause = thrown instanceof Error && thrown.cause ? messageOf(thrown.cause) : undefined;
    const line = { error, stack, cause, route };
    this.#log.error(leftOut > 0 ? { ...line, leftOut } : line, 'request failed');
  }

  /** One that has its answer and no line: for the next that has one to count. */
  leftOut(request: Omit<AnsweredRequest, 'startedAt'>): void {
    this.#budget.holdBack(kindOf(request));
  }

  answered(request: AnsweredRequest): void {
    const { method, route, status, code, startedAt } = request;
    const level = status >= 500 ? 'warn' : status >= 400 || isTraced() ? 'info' : 'debug';
    if (!this.#log.isLevelEnabled(level)) return;
    // Traced or not: whoever asks may say that it is.
    const leftOut = status < 400 ? 0 : this.#budget.take(kindOf(request));
    if (leftOut === undefined) return;
    const durationMs = Math.round((performance.now() - startedAt) * 100) / 100;
    const line = { method, route, status, code, durationMs };
    this.#log[level](leftOut > 0 ? { ...line, leftOut } : line, 'request answered');
  }
}

const kindOf = ({ method, route, status, code }: Omit<AnsweredRequest, 'startedAt'>): string =>
  `${method} ${route} ${status} ${code}`;

const isTraced = (): boolean =>
  ((trace.getActiveSpan()?.spanContext().traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0;
