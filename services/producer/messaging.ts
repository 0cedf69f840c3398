import { actionType } from '#contracts/events/order-commands.ts';
import { orderActionRequest } from '#contracts/http/orders.ts';
import { actionMessages, identityMessages, placeOrderMessage } from '#contracts/messages.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

const actions = ['cancel', ...orderActionRequest.shape.action.options] as const;
const sent: ReadonlySet<string> = new Set(actions.map(actionType));

/** What customers and baristas ask for becomes commands, who was not let in is told; the producer reads no topic. */
export const producerMessaging: Messaging = {
  sends: [placeOrderMessage, ...actionMessages.filter(({ type }) => sent.has(type)), ...identityMessages],
  receives: [],
};
