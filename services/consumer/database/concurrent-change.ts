/** Another member of the group, which lost its partition and does not know it yet, was faster: the batch is tried again. */
export class ConcurrentChangeError extends Error {
  override readonly name = 'ConcurrentChangeError';
}

/** @throws ConcurrentChangeError when a statement wrote fewer rows than were decided on. */
export function requireAll(written: number, decided: number): void {
  if (written !== decided)
    throw new ConcurrentChangeError(`${decided - written} rows were written by another member`);
}
