import { z } from 'zod';

/** A shop of ours, by its name: `harbour`. */
export const shopId = z.string().regex(/^[a-z0-9-]{1,60}$/);

const day = 86_400_000;

/** Tomorrow in UTC, as `2026-03-01`. */
export const tomorrow = (now: number): string => new Date(now + day).toISOString().slice(0, 10);
