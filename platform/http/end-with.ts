import type { Readable } from 'node:stream';

// What setTimeout can wait for at most; no token is good for longer.
const longestMs = 2 ** 31 - 1;

/** Cuts a stream off when the token ends that opened it, in milliseconds since the epoch: its client comes with another one. */
export function endWith(body: Readable, expiresAt: number): void {
  const timer = setTimeout(() => body.destroy(), Math.min(Math.max(0, expiresAt - Date.now()), longestMs));
  body.once('close', () => clearTimeout(timer));
}
