/** Watches the count of 202 answers: when the last one came, and how long there was none. */
export class Acceptance {
  #count = 0;
  #lastAt: number;
  #ended = false;
  readonly #windows = new Set<Window>();

  /** @param now on the clock of `performance.now()`, as everywhere here */
  constructor(now: number) {
    this.#lastAt = now;
  }

  /** Whether an answer was seen to come after `since`, or nobody orders any more. */
  cameAfter(since: number): boolean {
    return this.#ended || this.#lastAt > since;
  }

  /** There will be no more: the last customer has gone. */
  end(): void {
    this.#ended = true;
  }

  /** Notes how many there are by now; call it often. */
  observe(count: number, now: number): void {
    for (const window of this.#windows) window.note(now - Math.max(this.#lastAt, window.openedAt));
    if (count > this.#count) {
      this.#count = count;
      this.#lastAt = now;
    }
  }

  /** Measures from now until it is closed. */
  open(now: number): Window {
    const window = new Window(now, () => this.#windows.delete(window));
    this.#windows.add(window);
    return window;
  }
}

export class Window {
  readonly openedAt: number;
  readonly #close: () => void;
  #longestMs = 0;

  constructor(openedAt: number, close: () => void) {
    this.openedAt = openedAt;
    this.#close = close;
  }

  note(gapMs: number): void {
    this.#longestMs = Math.max(this.#longestMs, gapMs);
  }

  /** @returns the longest time without a 202 in it, in milliseconds */
  close(): number {
    this.#close();
    return this.#longestMs;
  }
}
