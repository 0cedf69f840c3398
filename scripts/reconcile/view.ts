import type {
  AcceptedEvent,
  Act,
  ChainPayment,
  Command,
  CommandReceipt,
  ConflictRow,
  DeadLetter,
  Evidence,
  OrderRow,
  OutboxRow,
  PaymentRow,
  Place,
  Receipt,
  RefusalEvent,
  StateEvent,
} from './evidence.ts';

/** All that is known about one order. */
export interface OrderView {
  readonly orderId: string;
  readonly receipts: Receipt[];
  /** In the order of the partition. */
  readonly commands: Command[];
  readonly commandReceipts: CommandReceipt[];
  readonly acts: Act[];
  readonly accepted: AcceptedEvent[];
  /** In the order of the partition. */
  readonly states: StateEvent[];
  readonly refusals: RefusalEvent[];
  readonly deadLetters: DeadLetter[];
  readonly conflicts: ConflictRow[];
  readonly outbox: OutboxRow[];
  readonly payments: PaymentRow[];
  readonly chainPayments: ChainPayment[];
  row: OrderRow | undefined;
  /** Whether the stock ledger has taken its ingredients; undefined where nobody keeps one. */
  readonly consumed: boolean | undefined;
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
      commandReceipts: [],
      acts: [],
      accepted: [],
      states: [],
      refusals: [],
      deadLetters: [],
      conflicts: [],
      outbox: [],
      payments: [],
      chainPayments: [],
      row: undefined,
      consumed: evidence.consumed?.has(orderId),
    };
    views.set(orderId, view);
    return view;
  };
  for (const receipt of evidence.receipts) of(receipt.orderId).receipts.push(receipt);
  for (const command of evidence.commands) of(command.orderId).commands.push(command);
  for (const receipt of evidence.commandReceipts) of(receipt.orderId).commandReceipts.push(receipt);
  for (const act of evidence.acts) of(act.orderId).acts.push(act);
  for (const event of evidence.accepted) of(event.orderId).accepted.push(event);
  for (const event of evidence.states) of(event.orderId).states.push(event);
  for (const refusal of evidence.refusals) of(refusal.orderId).refusals.push(refusal);
  for (const conflict of evidence.conflicts) of(conflict.orderId).conflicts.push(conflict);
  for (const row of evidence.outbox) of(row.orderId).outbox.push(row);
  for (const payment of evidence.payments) of(payment.orderId).payments.push(payment);
  for (const payment of evidence.chainPayments) of(payment.orderId).chainPayments.push(payment);
  for (const row of evidence.orders) of(row.orderId).row = row;
  for (const letter of evidence.deadLetters) {
    if (letter.orderId !== undefined) of(letter.orderId).deadLetters.push(letter);
  }
  for (const view of views.values()) {
    view.commands.sort((a, b) => a.offset - b.offset);
    view.acts.sort((a, b) => a.offset - b.offset);
    view.states.sort((a, b) => a.offset - b.offset);
  }
  return views;
}

/**
 * The offset up to which each partition of orders.v1 was surely processed: a partition is processed in order, so
 * whatever comes before a command with an effect was processed as well.
 */
export function processedUpTo(views: Iterable<OrderView>): Map<number, number> {
  const processed = new Map<number, number>();
  const note = ({ partition, offset }: Place): void => {
    if (offset > (processed.get(partition) ?? -1)) processed.set(partition, offset);
  };
  for (const view of views) {
    const [first] = view.commands;
    if (view.row && first) note(first);
    const outcomes = outcomesOf(view);
    const seen = new Set<string>();
    for (const act of view.acts) {
      // Of a command that was sent again only the first place is surely processed.
      if (outcomes.has(act.eventId) && !seen.has(act.eventId)) note(act);
      seen.add(act.eventId);
    }
  }
  return processed;
}

/** The ids of the commands that anything came of: an event, published or waiting in the outbox. */
export const outcomesOf = ({ states, refusals, outbox }: OrderView): Set<string | undefined> =>
  new Set([...states, ...refusals, ...outbox].map(({ commandId }) => commandId));
