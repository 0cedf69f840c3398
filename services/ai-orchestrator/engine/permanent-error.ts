import { z } from 'zod';
import { ForbiddenActionError } from '../domain/actions.ts';

/** What fails in the same way however often it is tried. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}

/** Whether another attempt makes no sense. */
export const isPermanent = (error: unknown): boolean =>
  error instanceof PermanentError || error instanceof ForbiddenActionError || error instanceof z.ZodError;
