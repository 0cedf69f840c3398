// kafkajs has no `exports` map: its files can be imported. The type says the little that is used here.
import RequestQueueClass from 'kafkajs/src/network/requestQueue/index.js';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

const prototype = (RequestQueueClass as unknown as { prototype: RequestQueue }).prototype;
let patched = false;

/**
 * kafkajs 2.2.4 schedules a check of its queue even when nothing waits and nothing throttles, and then calls
 * setTimeout with a negative time, of which Node 24 warns (tulios/kafkajs#1751). Such a check has nothing to do:
 * what is queued later schedules its own.
 */
export function skipEmptyQueueChecks(): void {
  if (patched) return;
  patched = true;
  const original = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue) {
    if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
    original.call(this);
  };
}
