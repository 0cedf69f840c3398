import type { z } from 'zod';
import { order } from '#contracts/http/orders.ts';

/** As much of a 202 as a customer needs: a tolerant reader, which also understands other versions of the API. */
export const receipt = order.pick({ id: true, items: true, totalCents: true });

export type Receipt = z.infer<typeof receipt>;
