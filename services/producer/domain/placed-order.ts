import type { PlaceOrder } from '#contracts/events/order-commands.ts';
import type { Order } from '#contracts/http/orders.ts';

/** The order as it is when it has just been accepted. */
export function orderOf(command: PlaceOrder): Order {
  return {
    id: command.orderId,
    customerId: command.customerId,
    status: 'accepted',
    version: 1,
    paymentMethod: command.paymentMethod,
    shopId: command.shopId,
    // The order book sets the deadline, by its own clock.
    paymentDueAt: null,
    refundDue: false,
    currency: command.currency,
    items: command.lines,
    totalCents: command.totalCents,
    createdAt: command.placedAt,
    updatedAt: command.placedAt,
  };
}
