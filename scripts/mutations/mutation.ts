/** A test by its name, so that it can be run alone. */
export interface NamedTest {
  /** The project of vitest.config.ts that it belongs to. */
  readonly project: 'unit' | 'integration' | 'edge';
  /** Its file, from the repository's root. */
  readonly file: string;
  /** Titles from the outermost `describe` to the test, joined by ` > `, with what `each` fills in. */
  readonly name: string;
}

/** A change that takes one guard away. The test that is named must turn red by it. */
export interface Mutation {
  /** Unique within its family. */
  readonly name: string;
  /** What the guard protects, with the decision of docs/adr or the design that it carries out. */
  readonly guard: string;
  /** The file to change, from the repository's root. */
  readonly file: string;
  /** Stands exactly once in the file; as short and local as that permits, so that refactorings seldom make it stale. */
  readonly find: string;
  readonly replace: string;
  readonly test: NamedTest;
}

/** The guards of one part of the platform. */
export interface Family {
  readonly name: string;
  readonly mutations: readonly Mutation[];
}

/** The code has moved on and the mutation has not: it would prove nothing. */
export class StaleMutationError extends Error {
  override readonly name = 'StaleMutationError';
}

/** @returns the text without the guard. @throws StaleMutationError unless `find` stands in it exactly once. */
export function mutated(text: string, { name, file, find, replace }: Mutation): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new StaleMutationError(
      `"${name}" is stale: "${find}" stands ${parts.length - 1} times in ${file}, not once`,
    );
  }
  return parts.join(replace);
}
