import type { Slot } from '../schedule.ts';
import { Queue } from './queue.ts';

/** Sends what is due, now; `intendedAt` is on the clock of `performance.now()`. */
export type SendSlot<L> = (lane: L, slot: Slot, intendedAt: number) => void;

/**
 * Sends each request when it is due: on a free lane, or on the first that gets free. What waits for one counts from when
 * it was due.
 */
export class Pacer<L extends { readonly usable: boolean }> {
  readonly #slots: Iterator<Slot>;
  readonly #send: SendSlot<L>;
  readonly #free: L[] = [];
  // As long as all of the load, when nothing can be sent.
  readonly #waiting = new Queue<Slot>();
  #next: Slot | undefined;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(slots: Iterable<Slot>, send: SendSlot<L>) {
    this.#slots = slots[Symbol.iterator]();
    this.#send = send;
  }

  /** @param startedAt the beginning of the run, on the clock of `performance.now()`. */
  start(startedAt: number): void {
    this.#startedAt = startedAt;
    this.#advance();
    this.#tick();
  }

  /** A lane can take a request. */
  free(lane: L): void {
    if (this.#stopped) return;
    const slot = this.#waiting.shift();
    if (slot) this.#send(lane, slot, this.#startedAt + slot.dueMs);
    else this.#free.push(lane);
  }

  /** Sends nothing any more. @returns what was due and could not be sent, for want of a free lane. */
  stop(): readonly Slot[] {
    this.#stopped = true;
    clearTimeout(this.#timer);
    return this.#waiting.rest();
  }

  #tick(): void {
    const elapsedMs = performance.now() - this.#startedAt;
    for (; this.#next && this.#next.dueMs <= elapsedMs; this.#advance()) this.#due(this.#next);
    if (!this.#next || this.#stopped) return;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#next.dueMs - elapsedMs));
  }

  #due(slot: Slot): void {
    // A lane that lost its connection meanwhile comes back when it has one.
    let lane = this.#free.shift();
    while (lane && !lane.usable) lane = this.#free.shift();
    if (lane === undefined) this.#waiting.push(slot);
    else this.#send(lane, slot, this.#startedAt + slot.dueMs);
  }

  #advance(): void {
    const { value, done } = this.#slots.next();
    this.#next = done ? undefined : value;
  }
}
