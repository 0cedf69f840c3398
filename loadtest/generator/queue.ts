/** First in, first out. Unlike an array's `shift`, taking the first costs the same however many wait. */
export class Queue<T> {
  #items: T[] = [];
  #head = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  /** @returns undefined when nothing waits. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    // Each is moved once at most for each that was taken, so that what was taken is not kept for ever.
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** What still waits, in its order. */
  rest(): readonly T[] {
    return this.#items.slice(this.#head);
  }
}
