const half = 2 ** 31;

/** How far `sequence` is ahead of `expected`; TCP's numbers wrap around (RFC 9293, section 3.4). */
const ahead = (sequence: number, expected: number): number => {
  const distance = (sequence - expected) >>> 0;
  return distance >= half ? distance - 2 ** 32 : distance;
};

// Of a connection whose first byte was not seen, or that lost a frame: more than a receive window is waiting for nothing.
const mostWaiting = 8 * 2 ** 20;

/** Puts the segments of one side of a connection in order; what is repeated counts once. */
export class OrderedBytes {
  #expected: number | undefined;
  readonly #waiting = new Map<number, Buffer>();
  #waitingBytes = 0;
  readonly #push: (bytes: Buffer) => void;

  /**
   * @param first the number of the first byte, if the connection's begin was seen.
   * @param push gets what is next.
   */
  constructor(first: number | undefined, push: (bytes: Buffer) => void) {
    this.#expected = first;
    this.#push = push;
  }

  /** Whether something is missing in the middle. */
  get incomplete(): boolean {
    return this.#waiting.size > 0;
  }

  /** @throws Error when what is missing can't come any more */
  take(sequence: number, bytes: Buffer): void {
    this.#expected ??= sequence;
    const distance = ahead(sequence, this.#expected);
    if (distance > 0) {
      this.#keep(sequence, bytes);
      return;
    }
    if (-distance >= bytes.length) return;
    this.#deliver(bytes.subarray(-distance));
    for (let found = this.#next(); found; found = this.#next()) this.#deliver(found);
  }

  #deliver(bytes: Buffer): void {
    this.#expected = ((this.#expected ?? 0) + bytes.length) >>> 0;
    this.#push(bytes);
  }

  #keep(sequence: number, bytes: Buffer): void {
    if ((this.#waiting.get(sequence)?.length ?? -1) >= bytes.length) return;
    this.#waiting.set(sequence, bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > mostWaiting) throw new Error('a capture lacks frames of a connection');
  }

  /** What continues at the expected byte. */
  #next(): Buffer | undefined {
    for (const [sequence, bytes] of this.#waiting) {
      const distance = ahead(sequence, this.#expected ?? 0);
      if (distance > 0) continue;
      this.#waiting.delete(sequence);
      this.#waitingBytes -= bytes.length;
      if (-distance < bytes.length) return bytes.subarray(-distance);
    }
    return undefined;
  }
}
