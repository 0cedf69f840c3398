import { z } from 'zod';
import { shopId } from './events/order-line.ts';
import { order } from './http/orders.ts';

/**
 * The hot view of an order in Redis: the producer fills it from the order book, the consumer invalidates it by the
 * order's new version. One from before there were shops is of the first. It is a cache: everything stays right without
 * it.
 */
export const orderView = z.object({ order: order.extend({ shopId }), fingerprint: z.string() });
export type OrderView = z.infer<typeof orderView>;

export const orderViewKey = (orderId: string): string => `order-view:${orderId}`;
