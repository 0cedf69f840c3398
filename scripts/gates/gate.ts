/** A number that a gate holds something to. It stands in the file that enforces it, and here; a test compares both. */
export interface Limit {
  /** `lines covered` */
  readonly what: string;
  readonly bound: 'at least' | 'at most';
  readonly value: number;
  /** `%`, `s`; empty for counts and ratios. */
  readonly unit: string;
  /** The file that enforces it, from the repository's root. */
  readonly file: string;
  /** Matches once in that file; its group is the number. */
  readonly pattern: RegExp;
}

/** Something that must hold before a change goes on its way. */
export interface Gate {
  readonly name: string;
  /** What it is about. */
  readonly subject: 'code' | 'coverage' | 'security' | 'vulnerabilities' | 'health' | 'delivery' | 'SLA';
  /** What must hold, in words. */
  readonly holds: string;
  readonly limits?: readonly Limit[];
  /** How to run it here. None: it needs what only GitHub has. */
  readonly command?: string;
  /** The workflow of .github/workflows that enforces it, and the job in it. */
  readonly workflow: 'ci' | 'security' | 'nightly' | 'release' | 'deploy';
  readonly job: string;
  /**
   * What enforces it in that job where no command of ours does: actions, and how scripts begin. A job that is there
   * without them holds nobody up.
   */
  readonly steps?: readonly string[];
  /** Of the workflow `ci`: why `./coffee ci` does not run it. */
  readonly notLocal?: string;
}

/** A gate that `./coffee ci` runs: a command of `./coffee`. */
export interface LocalGate extends Gate {
  readonly workflow: 'ci';
  readonly command: `./coffee ${string}`;
  /** Why it can't be run here; undefined: it can. */
  readonly unavailable?: (signal: AbortSignal) => Promise<string | undefined>;
  /** Run afterwards, however it ended. */
  readonly cleanUp?: `./coffee ${string}`;
}

/** `lines covered at least 80 %` */
export const inWords = ({ what, bound, value, unit }: Limit): string =>
  `${what} ${bound} ${value}${unit === '' ? '' : ` ${unit}`}`;

/**
 * The number that the text of a limit's file enforces.
 * @throws Error unless it stands there exactly once: a limit that is not found is not enforced
 */
export function enforced(text: string, { what, file, pattern }: Limit): number {
  const found = [...text.matchAll(new RegExp(pattern, 'gm'))];
  const [, number] = found[0] ?? [];
  if (found.length !== 1 || number === undefined) {
    throw new Error(`"${what}" stands ${found.length} times in ${file}, not once: ${pattern}`);
  }
  return Number(number.replaceAll('_', ''));
}
