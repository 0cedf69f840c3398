import type {
  AcceptedEvent,
  Command,
  ConflictRow,
  DeadLetter,
  Evidence,
  OrderRow,
  OutboxRow,
  Receipt,
} from './evidence.ts';

/** All that is known about one order. */
export interface OrderView {
  readonly orderId: string;
  readonly receipts: Receipt[];
  /** In the order of the partition. */
  readonly commands: Command[];
  readonly accepted: AcceptedEvent[];
  readonly deadLetters: DeadLetter[];
  readonly conflicts: ConflictRow[];
  readonly outbox: OutboxRow[];
  row: OrderRow | undefined;
}

/** Gathers the evidence by order. */
export function viewOrders(evidence: Evidence): Map<string, OrderView> {
  const views = new Map<string, OrderView>();
  const of = (orderId: string): OrderView => {
    const known = views.get(orderId);
    if (known) return known;
    const view: OrderView = {
      orderId,
      receipts: [],
      commands: [],
      accepted: [],
      deadLetters: [],
      conflicts: [],
      outbox: [],
      row: undefined,
    };
    views.set(orderId, view);
    return view;
  };
  for (const receipt of evidence.receipts) of(receipt.orderId).receipts.push(receipt);
  for (const command of evidence.commands) of(command.orderId).commands.push(command);
  for (const event of evidence.accepted) of(event.orderId).accepted.push(event);
  for (const conflict of evidence.conflicts) of(conflict.orderId).conflicts.push(conflict);
  for (const row of evidence.outbox) of(row.orderId).outbox.push(row);
  for (const row of evidence.orders) of(row.orderId).row = row;
  for (const letter of evidence.deadLetters) {
    if (letter.orderId !== undefined) of(letter.orderId).deadLetters.push(letter);
  }
  for (const view of views.values()) view.commands.sort((a, b) => a.offset - b.offset);
  return views;
}

/**
 * The offset up to which each partition of orders.v1 was surely processed: a partition is processed in order, so
 * whatever comes before a command with an effect was processed as well.
 */
export function processedUpTo(views: Iterable<OrderView>): Map<number, number> {
  const processed = new Map<number, number>();
  for (const { row, commands } of views) {
    const [first] = commands;
    if (row && first && first.offset > (processed.get(first.partition) ?? -1)) {
      processed.set(first.partition, first.offset);
    }
  }
  return processed;
}
