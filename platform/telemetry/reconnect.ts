import { experimental } from '@grpc/grpc-js';

interface Backoff {
  maxDelay: number;
  runOnce(): void;
}

/**
 * Bounds how long the OTLP exporters wait before they look for the collector again, in milliseconds. gRPC waits up to two
 * minutes after a collector was away for long, and the exporters offer no option for it
 * (https://grpc.github.io/grpc/core/md_doc_connection-backoff.html): a collector that joins late would see nothing of
 * the orders that follow its start.
 */
export function reconnectWithin(ms: number): void {
  const prototype = experimental.BackoffTimeout.prototype as unknown as Backoff;
  const original = prototype.runOnce;
  prototype.runOnce = function runOnce(this: Backoff) {
    this.maxDelay = Math.min(this.maxDelay, ms);
    original.call(this);
  };
}
