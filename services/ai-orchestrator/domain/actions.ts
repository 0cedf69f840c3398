import { z } from 'zod';
import { type ActionKind, outsideActions } from '#contracts/http/workflow-definitions.ts';

const shopId = z.string().min(1);
const line = z.strictObject({
  ingredientId: z.string(),
  /** In the ingredient's unit. */
  quantity: z.int().min(1).max(100_000_000),
  cents: z.int().min(0),
});

export const orderSupplies = z.strictObject({
  kind: z.literal('order-supplies'),
  shopId,
  lines: z.array(line).min(1).max(100),
  cents: z.int().min(0),
});
export const transferStock = z.strictObject({
  kind: z.literal('transfer-stock'),
  from: shopId,
  to: shopId,
  ingredientId: z.string(),
  quantity: z.int().min(1).max(1_000_000),
});
export const shift = z.strictObject({
  staffId: z.string(),
  /** Hours of the day, UTC; `until` is the first one off. */
  from: z.int().min(0).max(23),
  until: z.int().min(1).max(24),
});
export const publishRoster = z.strictObject({
  kind: z.literal('publish-roster'),
  shopId,
  day: z.iso.date(),
  shifts: z.array(shift).max(200),
});
export const publishPost = z.strictObject({
  kind: z.literal('publish-post'),
  text: z.string().min(1).max(280),
});
export const drink = z.strictObject({
  name: z.string().min(1).max(60),
  description: z.string().max(300),
  ingredients: z.array(z.strictObject({ ingredientId: z.string(), amount: z.int().min(1) })).min(1),
  /** Computed from the ingredients, never told by a model. */
  costCents: z.int().min(0),
  priceCents: z.int().min(0),
  allergens: z.array(z.string()),
  season: z.string(),
});
export const offerDrink = z.strictObject({ kind: z.literal('offer-drink'), drink });
export const createTask = z.strictObject({
  kind: z.literal('create-task'),
  title: z.string().min(1).max(200),
  details: z.record(z.string(), z.unknown()),
  assignee: z.string().nullable(),
});
export const channels = ['webhook', 'slack', 'email'] as const;
export const notify = z.strictObject({
  kind: z.literal('notify'),
  channel: z.enum(channels),
  subject: z.string().min(1).max(200),
  text: z.string().min(1).max(2_000),
});

/** What an agent asks for; carried out by the engine, never by the agent. */
export const action = z.discriminatedUnion('kind', [
  orderSupplies,
  transferStock,
  publishRoster,
  publishPost,
  offerDrink,
  createTask,
  notify,
]);
export type Action = z.infer<typeof action>;

/** What a step that asks for something gives. */
export const withActions = z.object({ actions: z.array(action).max(50) });

/** Actions that must not be carried out. */
export class ForbiddenActionError extends Error {
  override readonly name = 'ForbiddenActionError';
}

/**
 * The last check in front of the world: only the kinds that the workflow allows, and nothing outside without the
 * approval of a person.
 *
 * @throws ForbiddenActionError
 */
export function requireAllowed(
  actions: readonly Pick<Action, 'kind'>[],
  allow: readonly ActionKind[],
  approved: boolean,
): void {
  for (const { kind } of actions) {
    if (!allow.includes(kind)) throw new ForbiddenActionError(`${kind} is not allowed in this workflow`);
    if (outsideActions.has(kind) && !approved)
      throw new ForbiddenActionError(`${kind} needs the approval of a person`);
  }
}
