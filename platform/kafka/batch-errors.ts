/**
 * The handler wants a partition from another offset on: the messages that it got of it are not handled, and their offset
 * does not move.
 */
export class SeekError extends Error {
  override readonly name = 'SeekError';
  readonly partition: number;
  readonly offset: string;

  constructor(
    { partition, offset }: { readonly partition: number; readonly offset: string },
    message: string,
  ) {
    super(message);
    this.partition = partition;
    this.offset = offset;
  }
}

/** The handler wants each partition of a joined batch by itself; nothing of the batch is handled. */
export class ApartError extends Error {
  override readonly name = 'ApartError';
}
