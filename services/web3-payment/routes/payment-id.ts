import { z } from 'zod';
import { payment } from '#contracts/http/payments.ts';

/** The path's parameter of routes about one payment. */
export const paymentId = z.strictObject({ id: z.uuid().transform((id) => id.toLowerCase()) });

/** What routes about one payment answer. */
export const shownPayment = {
  200: { description: 'The payment', schema: payment, headers: { 'Cache-Control': 'Always `no-store`' } },
} as const;

export const notStored = { 'Cache-Control': 'no-store' } as const;
