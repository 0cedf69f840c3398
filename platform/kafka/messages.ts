/** A message to publish. The key decides the partition, and so the order. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as it came from the broker, with where it came from. */
export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | undefined;
  readonly value: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The broker's time of the message, in milliseconds since the epoch. */
  readonly timestampMs: number;
}
