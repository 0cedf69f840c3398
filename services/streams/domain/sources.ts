import { chainPayments } from './chain-payments.ts';
import { failedSignIns } from './failed-sign-ins.ts';
import { orderEvents } from './order-events.ts';
import { placedOrders } from './placed-orders.ts';
import type { Source } from './source-event.ts';

/** Everything that is analysed. Another topic is another entry here; its state and its fence are made by themselves. */
export const sources: readonly Source[] = [placedOrders, orderEvents, chainPayments, failedSignIns];

/** @throws Error when nothing is read from the topic. */
export function sourceOf(topic: string): Source {
  const source = sources.find((candidate) => candidate.topic.name === topic);
  if (!source) throw new Error(`${topic} is not among the sources of analytics`);
  return source;
}
