/** As many as `./coffee bench core` stores unless told. */
export const defaultStored = 1_000_000;

/**
 * How many times as much an order may cost with so many stored as with none. Of a million every index fits into PostgreSQL's
 * memory.
 */
export const mostRatio = (stored: number): number => (stored > 1_000_000 ? 1.2 : 1.1);
