import { v5 as uuidv5 } from 'uuid';
import type { WorkflowDefinition } from '#contracts/http/workflow-definitions.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type MessageContexts, traceHeaders } from '#platform/kafka/tracing.ts';
import { latestDefinition } from '../database/definitions.ts';
import { allShops } from '../database/house.ts';
import { addSales, takeFromStock, type Use } from '../database/ledger.ts';
import { beginPreparing, rememberOrders, type ShopOrder } from '../database/order-memory.ts';
import { insertRuns, openRestocks, type RunRequest } from '../database/runs.ts';
import { consumptionOf, type Recipes } from '../domain/consumption.ts';
import { homeShop } from '../domain/home-shop.ts';
import type { SourceMessage } from './source-event.ts';

// Made once at random: the name space of runs that events start.
const triggerNamespace = 'b0f6a0a1-3c0e-4f0c-8b39-5b1a6c4de1aa';
const hour = 3_600_000;

export interface BatchOutcome {
  /** Runs that are new. */
  readonly started: number;
}

/**
 * Keeps the house's books by what happened to orders, and asks for the runs that it calls for, in one transaction: each
 * order counts once, and each reason starts one run, however often its event comes.
 */
export function applyBatch(
  database: Database,
  batch: readonly SourceMessage[],
  contexts: MessageContexts,
): Promise<BatchOutcome> {
  return database.transaction(async (transaction) => {
    const low = await keepBooks(transaction, batch);
    const [last] = batch.slice(-1);
    const runs: (RunRequest | undefined)[] = [];
    const ask = async (
      name: string,
      reason: string,
      request: Pick<RunRequest, 'input' | 'trigger'>,
      source: SourceMessage,
    ): Promise<void> => {
      const definition = await latestDefinition(transaction, name);
      const context = contexts.get(source.message);
      runs.push(
        definition && {
          ...request,
          id: uuidv5(`${name}/${reason}`, triggerNamespace),
          definition: definition satisfies WorkflowDefinition,
          trace: context ? traceHeaders(context) : {},
        },
      );
    };
    const thinking = low.length > 0 ? await openRestocks(transaction) : new Set();
    for (const shopId of low) {
      // A person has not decided yet.
      if (!last || thinking.has(shopId)) continue;
      // At most once an hour of the events' own time: until then the order is on its way.
      const at = Math.floor(last.message.timestampMs / hour);
      await ask('restock', `${shopId}/${at}`, { input: { shopId }, trigger: last.message.topic }, last);
    }
    for (const source of batch) {
      if (source.event.kind !== 'anomaly') continue;
      const { kind, subject, observed, threshold, startsAt } = source.event.anomaly;
      const figures = { observed, threshold, startsAt };
      const { topic: trigger } = source.message;
      const slot = Math.floor(Date.parse(startsAt) / hour);
      if (kind === 'burst') await ask('surge', String(slot), { input: figures, trigger }, source);
      else {
        const input = { ...figures, customerId: subject };
        await ask('unusual-customer', `${subject}/${slot}`, { input, trigger }, source);
      }
    }
    const asked = runs.filter((run) => run !== undefined);
    const started = await insertRuns(transaction, unique(asked));
    return { started: started.length };
  });
}

/** An insert of several rows may not meet the same key twice. */
const unique = (runs: readonly RunRequest[]): RunRequest[] => [
  ...new Map(runs.map((run) => [run.id, run])).values(),
];

/** @returns shops in which something runs low. */
async function keepBooks(transaction: Transaction, batch: readonly SourceMessage[]): Promise<string[]> {
  const accepted = batch.flatMap(({ event }) => (event.kind === 'accepted' ? [event.order] : []));
  const preparing = batch.flatMap(({ event }) => (event.kind === 'preparing' ? [event.orderId] : []));
  if (accepted.length > 0) {
    const shops = (await allShops(transaction)).map(({ id }) => id);
    const orders: ShopOrder[] = [...new Map(accepted.map((order) => [order.orderId, order])).values()].map(
      (order) => ({ shopId: homeShop(order.customerId, shops), order }),
    );
    const counted = await rememberOrders(transaction, orders);
    await addSales(
      transaction,
      orders.filter(({ order }) => counted.has(order.orderId)),
    );
  }
  const begun = await beginPreparing(transaction, preparing);
  if (begun.length === 0) return [];
  const first = batch[0]?.message;
  const reference = `${first?.topic}/${first?.partition}/${first?.offset}`;
  return takeFromStock(transaction, usesOf(begun, await recipesOf(transaction)), reference);
}

function usesOf(begun: Awaited<ReturnType<typeof beginPreparing>>, recipes: Recipes): Use[] {
  const sums = new Map<string, Use>();
  for (const { shopId, lines } of begun)
    for (const [ingredientId, amount] of consumptionOf(lines, recipes)) {
      const key = `${shopId}/${ingredientId}`;
      sums.set(key, { shopId, ingredientId, amount: (sums.get(key)?.amount ?? 0) + amount });
    }
  return [...sums.values()].filter(({ amount }) => amount > 0);
}

async function recipesOf(transaction: Transaction): Promise<Recipes> {
  const { rows } = await transaction.raw<{ rows: { product_id: string; parts: Record<string, number> }[] }>(
    'select product_id, jsonb_object_agg(ingredient_id, amount) as parts from ai.recipes group by product_id',
  );
  return new Map(rows.map(({ product_id, parts }) => [product_id, parts]));
}
