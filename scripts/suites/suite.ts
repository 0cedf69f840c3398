/** What a suite found. A suite without single tests counts as one. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  /** What went wrong, for people: printed when something failed. */
  readonly output?: string;
  /** Why it can't be run here, where it can't: nothing was found out. */
  readonly skipped?: string;
}

export interface Suite {
  readonly name: string;
  /** Longer than this is a failure: suites that creep make everybody slow. */
  readonly budgetMinutes: number;
  /** Images of the catalogue, by name, that it is nothing without. */
  readonly tools?: readonly string[];
  run(signal: AbortSignal): Promise<SuiteResult>;
}

export interface SuiteReport extends SuiteResult {
  readonly name: string;
  readonly seconds: number;
}
