import { v5 as uuidv5 } from 'uuid';
import type { Transaction } from '#platform/database/database.ts';
import { actionDoneEvent, keyOf } from '../delivery/ai-events.ts';
import type { Action } from '../domain/actions.ts';
import { PermanentError } from '../engine/permanent-error.ts';
import type { StepPlace } from '../engine/run-definition.ts';
import { aiOutbox } from './outbox.ts';
import { openTask } from './tasks.ts';

const idOf = ({ run, step }: StepPlace): string => uuidv5(step, run.id);

/** Does what an action does to the house's own books. Notices go out by connectors, before. */
export async function applyAction(transaction: Transaction, place: StepPlace, action: Action): Promise<void> {
  const row = { id: idOf(place), run_id: place.run.id };
  const at = transaction.withSchema('ai');
  switch (action.kind) {
    case 'order-supplies':
      await at.into('supply_orders').insert({
        ...row,
        shop_id: action.shopId,
        lines: JSON.stringify(action.lines),
        cents: action.cents,
      });
      return;
    case 'transfer-stock':
      await moveStock(transaction, place, action);
      return;
    case 'publish-roster':
      await at
        .into('rosters')
        .insert({ ...row, shop_id: action.shopId, shifts: JSON.stringify(action.shifts) });
      return;
    case 'publish-post':
      await at.into('posts').insert({ ...row, text: action.text });
      return;
    case 'offer-drink':
      await at.into('drinks').insert({ ...row, content: JSON.stringify(action.drink) });
      return;
    case 'create-task':
      await openTask(transaction, {
        id: row.id,
        kind: 'work',
        title: action.title,
        details: action.details,
        assignee: action.assignee,
        runId: place.run.id,
        dueInSeconds: null,
      });
      return;
    case 'notify':
      return;
  }
}

async function moveStock(
  transaction: Transaction,
  place: StepPlace,
  { from, to, ingredientId, quantity }: Extract<Action, { kind: 'transfer-stock' }>,
): Promise<void> {
  const changes = [
    { shop: from, change: -quantity },
    { shop: to, change: quantity },
  ].toSorted((a, b) => a.shop.localeCompare(b.shop));
  for (const { shop, change } of changes) {
    const { rowCount } = await transaction.raw<{ rowCount: number }>(
      `update ai.stock set on_hand = on_hand + :change
        where shop_id = :shop and ingredient_id = :ingredientId and on_hand + :change >= 0`,
      { shop, change, ingredientId },
    );
    // Since it was planned the stock has gone: somebody has to plan again.
    if (rowCount !== 1) throw new PermanentError(`${shop} has no ${quantity} of ${ingredientId} to move`);
    await transaction.raw(
      `insert into ai.stock_ledger (shop_id, ingredient_id, change, reason, reference)
       values (:shop, :ingredientId, :change, 'transfer', :reference)`,
      { shop, ingredientId, change, reference: keyOf(place) },
    );
  }
}

/** Tells that an action was carried out, in the transaction in which it was. */
export async function tellOfAction(
  transaction: Transaction,
  place: StepPlace,
  action: Action,
  trace: Readonly<Record<string, string>>,
): Promise<void> {
  const message = actionDoneEvent(place, action, new Date().toISOString());
  await aiOutbox.insert(transaction, [{ message, trace }]);
}
