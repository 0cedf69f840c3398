/** What people are told. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
}

/** A way out of the platform. */
export interface Connector {
  /**
   * @param key the same for every repeat, so that its receiver can do it once.
   * @throws PermanentError for what another attempt does not change.
   */
  send(notice: Notice, key: string): Promise<void>;
}
