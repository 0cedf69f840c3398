/** Milliseconds since the epoch, as PostgreSQL reads them into a timestamptz. */
export const instant = (ms: number): string => new Date(ms).toISOString();
