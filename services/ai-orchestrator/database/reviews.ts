import type { Review, ReviewQuery } from '#contracts/http/reviews.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

interface ReviewRow {
  readonly id: string;
  readonly order_id: string;
  readonly shop_id: string;
  readonly rating: number;
  readonly text: string;
  readonly sentiment: number | null;
  readonly themes: string[];
  readonly created_at: Date;
}

const reviewOf = (row: ReviewRow): Review => ({
  id: row.id,
  orderId: row.order_id,
  shopId: row.shop_id,
  rating: row.rating,
  text: row.text,
  sentiment: row.sentiment,
  themes: row.themes,
  createdAt: row.created_at.toISOString(),
});

/** Whose order it was and where; undefined while it is not known. */
export async function orderToReview(
  database: Database,
  orderId: string,
): Promise<{ readonly customerId: string; readonly shopId: string } | undefined> {
  const { rows } = await database.raw<{ rows: { customer_id: string; shop_id: string }[] }>(
    'select customer_id, shop_id from ai.order_memory where order_id = ?',
    [orderId],
  );
  return rows[0] && { customerId: rows[0].customer_id, shopId: rows[0].shop_id };
}

export interface NewReview {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly shopId: string;
  readonly rating: number;
  readonly text: string;
}

/** Keeps the first review of an order. @returns that one, and whether it is this one. */
export async function keepReview(
  transaction: Transaction,
  review: NewReview,
): Promise<{ readonly review: Review; readonly created: boolean }> {
  const { rows } = await transaction.raw<{ rows: ReviewRow[] }>(
    `insert into ai.reviews (id, order_id, customer_id, shop_id, rating, text)
     values (:id, :orderId, :customerId, :shopId, :rating, :text) on conflict (order_id) do nothing returning *`,
    { ...review },
  );
  if (rows[0]) return { review: reviewOf(rows[0]), created: true };
  const known = await transaction.raw<{ rows: ReviewRow[] }>('select * from ai.reviews where order_id = ?', [
    review.orderId,
  ]);
  return { review: reviewOf(known.rows[0] as ReviewRow), created: false };
}

export async function findReview(database: Database, id: string): Promise<Review | undefined> {
  const { rows } = await database.raw<{ rows: ReviewRow[] }>('select * from ai.reviews where id = ?', [id]);
  return rows[0] && reviewOf(rows[0]);
}

/** The latest ones first. */
export async function listReviews(database: Database, { before, limit }: ReviewQuery): Promise<Review[]> {
  const { rows } = await database.raw<{ rows: ReviewRow[] }>(
    `select * from ai.reviews
      where :before::uuid is null or number < (select number from ai.reviews where id = :before)
      order by number desc limit :limit`,
    { before: before ?? null, limit },
  );
  return rows.map(reviewOf);
}

/** What was found out about a review: the same whenever it is found out again. */
export async function noteFeedback(
  database: Database,
  id: string,
  { sentiment, themes }: { readonly sentiment: number; readonly themes: readonly string[] },
): Promise<void> {
  await database.raw('update ai.reviews set sentiment = ?, themes = ? where id = ?', [
    sentiment,
    [...themes],
    id,
  ]);
}
