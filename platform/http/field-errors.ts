import type { z } from 'zod';
import type { FieldError } from '../errors/app-error.ts';

/** A client can't use hundreds of errors, and an answer must stay small whatever was sent. */
export const mostFieldErrors = 20;
const longestName = 100;

/** Appends the errors of a schema as `body.items.0.quantity`; a field that is not known is named itself. */
export function appendFieldErrors(target: FieldError[], part: string, error: z.ZodError): void {
  for (const issue of error.issues) {
    const path = [part, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) append(target, [...path, key], 'is not known here');
    } else if (issue.code === 'invalid_type' && isMissing(issue.message)) append(target, path, 'is required');
    else append(target, path, issue.message);
    if (target.length >= mostFieldErrors) return;
  }
}

// zod does not keep the input in an issue; its message is where a missing field shows.
const isMissing = (message: string): boolean => message.endsWith('received undefined');

function append(target: FieldError[], path: readonly PropertyKey[], message: string): void {
  if (target.length >= mostFieldErrors) return;
  target.push({ field: path.map((part) => String(part).slice(0, longestName)).join('.'), message });
}
