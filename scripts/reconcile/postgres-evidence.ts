import { z } from 'zod';
import type { PricedLine } from '#contracts/events/order-line.ts';
import type { OrderStatus, PaymentMethod } from '#contracts/order-lifecycle.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { cartOf } from './cart.ts';
import type { ConflictRow, OrderRow, OutboxRow } from './evidence.ts';

export interface PostgresEvidence {
  readonly orders: readonly OrderRow[];
  readonly conflicts: readonly ConflictRow[];
  readonly outbox: readonly OutboxRow[];
  readonly consumed: ReadonlySet<string> | undefined;
  readonly now: number;
}

interface StoredOrder {
  readonly order_id: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly paid: boolean;
  readonly payment_due_at: Date | null;
  readonly fingerprint: string;
  readonly lines: PricedLine[];
  readonly total_cents: number;
  readonly updated_at: Date;
  readonly payment_method: PaymentMethod;
}

interface StoredConflict {
  readonly order_id: string;
  readonly fingerprint: string;
  readonly command: { readonly lines?: PricedLine[]; readonly totalCents?: number };
}

interface StoredOutboxRow {
  readonly id: number;
  readonly key: string;
  readonly event_id: string;
  readonly type: string | null;
  readonly payload: string;
  readonly created_at: Date;
}

/** One snapshot of the order book: all of it is from the same moment. */
export function readPostgres(database: Database): Promise<PostgresEvidence> {
  return database.transaction(snapshot, { isolationLevel: 'repeatable read', readOnly: true });
}

async function snapshot(transaction: Transaction): Promise<PostgresEvidence> {
  const { rows: orders } = await transaction.raw<{ rows: StoredOrder[] }>(
    `select order_id, status, version, paid, payment_due_at, fingerprint, lines, total_cents, updated_at,
            payment_method
       from orders.orders`,
  );
  const { rows: conflicts } = await transaction.raw<{ rows: StoredConflict[] }>(
    'select order_id, fingerprint, command from orders.order_conflicts',
  );
  const { rows: outbox } = await transaction.raw<{ rows: StoredOutboxRow[] }>(
    `select id, key, event_id, headers->>'ce_type' as type, payload, created_at
       from orders.outbox where published_at is null order by id`,
  );
  const consumed = await consumedOrders(transaction);
  const { rows: clock } = await transaction.raw<{ rows: { now: Date }[] }>('select clock_timestamp() as now');
  return {
    orders: orders.map((row) => ({
      ...cartOf(row.lines, row.total_cents),
      orderId: row.order_id,
      status: row.status,
      version: row.version,
      paid: row.paid,
      paymentDueAt: row.payment_due_at?.getTime(),
      paymentMethod: row.payment_method,
      fingerprint: row.fingerprint,
      updatedAt: row.updated_at.getTime(),
    })),
    conflicts: conflicts.map((row) => ({
      orderId: row.order_id,
      fingerprint: row.fingerprint,
      cart: cartOf(row.command.lines ?? [], row.command.totalCents ?? 0).cart,
    })),
    outbox: outbox.map((row) => ({
      id: row.id,
      orderId: row.key,
      eventId: row.event_id,
      type: row.type ?? '',
      ...causeOf(row.payload),
      createdAt: row.created_at.getTime(),
    })),
    consumed,
    now: clock[0]?.now.getTime() ?? Date.now(),
  };
}

async function consumedOrders(transaction: Transaction): Promise<Set<string> | undefined> {
  // A stack of an earlier version has no agents.
  const { rows: tables } = await transaction.raw<{ rows: { there: boolean }[] }>(
    "select to_regclass('ai.order_memory') is not null as there",
  );
  if (!tables[0]?.there) return undefined;
  const { rows } = await transaction.raw<{ rows: { order_id: string }[] }>(
    'select order_id from ai.order_memory where prepared',
  );
  return new Set(rows.map((row) => row.order_id));
}

const cause = z.object({ commandId: z.string().optional(), orderVersion: z.int().optional() });

/** What an event in the outbox says of its cause; nothing for a command. */
function causeOf(payload: string): Pick<OutboxRow, 'commandId' | 'orderVersion'> {
  const { commandId, orderVersion } = cause.parse(JSON.parse(payload));
  return { commandId, orderVersion };
}
