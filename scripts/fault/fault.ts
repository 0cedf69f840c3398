/** What can be broken. Each kind has the strength that makes sense for it. */
export type Fault =
  /** Every answer comes later by `delayMs`, give or take `jitterMs`. */
  | { readonly kind: 'latency'; readonly delayMs: number; readonly jitterMs: number }
  /** A share of the connections (0 … 1) is reset `afterMs` milliseconds after it was opened, again and again. */
  | { readonly kind: 'reset'; readonly share: number; readonly afterMs: number }
  /** Each connection ends in the midst of an answer, after `bytes` bytes of answers: the request has had its effect. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** No packet comes or goes; connections hang. */
  | { readonly kind: 'partition' }
  /** SIGKILL, and a start when the fault ends. */
  | { readonly kind: 'kill' }
  /** Frozen: connections are accepted by the kernel and nobody answers. */
  | { readonly kind: 'pause' }
  /** The disk takes so many writes a second, and no more. */
  | { readonly kind: 'slow-disk'; readonly writesPerSecond: number };

export type FaultKind = Fault['kind'];

export const faultKinds = [
  'latency',
  'reset',
  'cut',
  'partition',
  'kill',
  'pause',
  'slow-disk',
] as const satisfies readonly FaultKind[];

/** The fault with its strength, in a few words. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'latency':
      return `latency of ${fault.delayMs} ± ${fault.jitterMs} ms`;
    case 'reset':
      return `${Math.round(fault.share * 100)} % of connections reset after ${fault.afterMs} ms`;
    case 'cut':
      return `answers cut after ${fault.bytes} bytes`;
    case 'slow-disk':
      return `disk with ${fault.writesPerSecond} writes a second`;
    default:
      return fault.kind;
  }
}
