/** One number or word that a suite found out. */
export interface Figure {
  readonly name: string;
  readonly value: number | string;
  /** `s`, `ms`, `MiB` …; empty for counts and words. */
  readonly unit: string;
}

export interface SuiteOutcome {
  readonly figures: readonly Figure[];
  /** What was not as it must be; empty when the suite passed. */
  readonly failures: readonly string[];
}

export interface SuiteContext {
  /** Aborted on Ctrl-C and when the suite's budget is used up. */
  readonly signal: AbortSignal;
  /** For whatever the suite draws at random. */
  readonly seed: number;
  /** Adds a line of progress. */
  readonly note: (text: string) => void;
}

/** A suite that is too long for every commit. */
export interface Suite {
  readonly name: string;
  /** Of a suite that is too long for one job: what all its parts are asked for by. */
  readonly partOf?: string;
  readonly summary: string;
  readonly budgetMinutes: number;
  /** Undoes all that it changed, also when the signal aborts. */
  readonly run: (context: SuiteContext) => Promise<SuiteOutcome>;
}

export const figure = (name: string, value: number | string, unit = ''): Figure => ({
  name,
  value: typeof value === 'number' ? Math.round(value * 100) / 100 : value,
  unit,
});

/** Whether a suite is meant by what somebody asked for: its own name, or that of what it is a part of. */
export const isMeantBy = ({ name, partOf }: Suite, asked: string): boolean =>
  name === asked || partOf === asked;
