import { z } from 'zod';

/** Text of a guest: data, whatever it says. */
export const reviewText = z.string().min(1).max(2_000);

export const reviewRequest = z.strictObject({
  orderId: z.uuid(),
  rating: z.int().min(1).max(5),
  text: reviewText,
});
export type ReviewRequest = z.infer<typeof reviewRequest>;

export const review = reviewRequest.extend({
  id: z.uuid(),
  shopId: z.string(),
  createdAt: z.iso.datetime(),
  /** -1 to 1; null until it was analysed. */
  sentiment: z.number().min(-1).max(1).nullable(),
  themes: z.array(z.string()),
});
export type Review = z.infer<typeof review>;

export const reviewPage = z.object({ reviews: z.array(review), nextBefore: z.uuid().nullable() });
export const reviewQuery = z.strictObject({
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type ReviewQuery = z.infer<typeof reviewQuery>;
