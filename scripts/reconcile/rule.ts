import type { Category, Place } from './evidence.ts';
import type { OrderView } from './view.ts';

/** What a rule sees besides the order itself. */
export interface Situation {
  readonly now: number;
  /** Whether the consumer is past this command. */
  readonly processed: (command: Place) => boolean;
}

/** What a rule says: it is wrong, or it is still on its way and young enough for that. */
export type Verdict =
  | { readonly category: Category; readonly rule: string; readonly look: string }
  | { readonly category: 'moving' };

export type Rule = (view: OrderView, situation: Situation) => Verdict | undefined;

/** What has not moved for this long, in milliseconds, is stuck. */
export const stuckAfterMs = 60_000;

export const wrong = (category: Category, rule: string, look: string): Verdict => ({ category, rule, look });

export const stuckOrMoving = (since: number, { now }: Situation, rule: string, look: string): Verdict =>
  now - since > stuckAfterMs ? wrong('stuck', rule, look) : { category: 'moving' };

/** Where a command is, for who looks for it. */
export const at = ({ partition, offset }: Place): string =>
  `orders.v1 partition ${partition} offset ${offset}`;
