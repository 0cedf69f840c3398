import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { backoff, pause } from '../lifecycle/abort.ts';

/** What the SDK's exporters of spans and of log records have in common. */
export interface Exporter<T> {
  export(items: T[], done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

// Below the 30 s that the SDK's batch processors wait for an export before they go on without it.
const defaultLimitMs = 25_000;
const longestPauseMs = 5_000;

/**
 * Repeats an export that failed. The SDK's OTLP/gRPC exporters drop a batch at the first failure, although the protocol
 * asks for retries (https://opentelemetry.io/docs/specs/otlp/#failures): after the collector was away, the first batch
 * always fails, because a gRPC channel answers from its last known state before it looks again.
 */
export class RetryingExporter<T> implements Exporter<T> {
  readonly #exporter: Exporter<T>;
  readonly #limitMs: number;
  readonly #stopped = new AbortController();

  constructor(exporter: Exporter<T>, limitMs = defaultLimitMs) {
    this.#exporter = exporter;
    this.#limitMs = limitMs;
  }

  export(items: T[], done: (result: ExportResult) => void): void {
    void this.#export(items).then(done);
  }

  async shutdown(): Promise<void> {
    this.#stopped.abort();
    await this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  async #export(items: T[]): Promise<ExportResult> {
    const { signal } = this.#stopped;
    const deadline = performance.now() + this.#limitMs;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#once(items);
      const waitMs = backoff(attempt, 500, longestPauseMs);
      const late = performance.now() + waitMs > deadline;
      if (result.code === ExportResultCode.SUCCESS || late || signal.aborted) return result;
      await pause(waitMs, signal);
    }
  }

  #once(items: T[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      try {
        this.#exporter.export(items, resolve);
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        resolve({ code: ExportResultCode.FAILED, error });
      }
    });
  }
}
