import { z } from 'zod';
import { actionDone, actionDoneType, runFinished, runFinishedType } from './events/ai-tasks.ts';
import {
  anomaly,
  anomalyType,
  untimely,
  untimelyType,
  windowClosed,
  windowClosedType,
  windowKind,
} from './events/analytics.ts';
import { eventHeaders } from './events/headers.ts';
import {
  pseudonym,
  refreshTokenReused,
  refreshTokenReusedType,
  signInFailed,
  signInFailedType,
} from './events/identity-events.ts';
import { actionType, actOnOrder, placeOrder, placeOrderType } from './events/order-commands.ts';
import {
  commandRefused,
  commandRefusedType,
  orderAccepted,
  orderAcceptedType,
  orderConflict,
  orderConflictType,
  orderMoved,
  orderRefundDueType,
  statusEventType,
} from './events/order-events.ts';
import { customerId } from './events/order-line.ts';
import { paymentChanged, paymentEventType } from './events/payments.ts';
import { type OrderStatus, orderActions, orderStatuses, unserved } from './order-lifecycle.ts';
import { paymentStatuses } from './payment.ts';
import {
  aiTasksTopic,
  analyticsTopic,
  identityEventsTopic,
  orderEventsTopic,
  ordersTopic,
  paymentsTopic,
  type TopicDefinition,
} from './topics.ts';

/** A kind of message that crosses a process boundary through Kafka, as a CloudEvent. */
export interface MessageDefinition {
  /** `ce_type`; its last part is the version of the schema. */
  readonly type: string;
  readonly topic: TopicDefinition;
  readonly summary: string;
  readonly data: z.ZodType;
  /** What it is keyed by; a UUID unless told: an order's or a run's id. */
  readonly key?: z.ZodType;
  /** What it is about; its key unless told. */
  readonly subject?: z.ZodType;
}

export const keyOf = ({ key }: MessageDefinition): z.ZodType => key ?? z.uuid();

/** The headers of a kind of message. */
export const headersOf = (message: MessageDefinition) =>
  eventHeaders.extend({ ce_type: z.literal(message.type), ce_subject: message.subject ?? keyOf(message) });

/** The command that places an order. */
export const placeOrderMessage: MessageDefinition = {
  type: placeOrderType,
  topic: ordersTopic,
  summary: 'Place an order',
  data: placeOrder,
};

/** The commands that move an order on, one type an action. */
export const actionMessages: readonly MessageDefinition[] = orderActions.map((action) => ({
  type: actionType(action),
  topic: ordersTopic,
  summary: `Move an order on: ${action}`,
  data: actOnOrder.extend({ action: z.literal(action) }),
}));

// An order opens as accepted, with an event of its own; it never moves there.
type MovedTo = Exclude<OrderStatus, 'accepted'>;
const movedTo = orderStatuses.filter((status): status is MovedTo => status !== 'accepted');

/** What the order book tells of orders. */
export const orderEventMessages: readonly MessageDefinition[] = [
  { type: orderAcceptedType, topic: orderEventsTopic, summary: 'An order is accepted', data: orderAccepted },
  ...movedTo.map((status) => ({
    type: statusEventType(status),
    topic: orderEventsTopic,
    summary: `An order is ${status}`,
    data: orderMoved.extend({ status: z.literal(status) }),
  })),
  {
    type: orderRefundDueType,
    topic: orderEventsTopic,
    summary: 'A payment came for an order that will not be served: it has to be given back',
    data: orderMoved.extend({ status: z.enum(unserved) }),
  },
  {
    type: orderConflictType,
    topic: orderEventsTopic,
    summary: 'Another request came under the Idempotency-Key of an order',
    data: orderConflict,
  },
  {
    type: commandRefusedType,
    topic: orderEventsTopic,
    summary: 'A command was taken and changed nothing',
    data: commandRefused,
  },
];

const windowSubject = z.string().regex(/^[a-z0-9-]+\/\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** What the streams service finds out. */
export const analyticsMessages: readonly MessageDefinition[] = [
  {
    type: windowClosedType,
    topic: analyticsTopic,
    summary: "A window's final figures",
    data: windowClosed,
    key: windowKind,
    subject: windowSubject,
  },
  { type: untimelyType, topic: analyticsTopic, summary: 'Figures that are in no window', data: untimely },
  {
    type: anomalyType,
    topic: analyticsTopic,
    summary: 'Something unusual',
    data: anomaly,
    key: anomaly.shape.kind,
    subject: anomaly.shape.subject,
  },
];

/** What the producer tells of who signs in. */
export const identityMessages: readonly MessageDefinition[] = [
  {
    type: signInFailedType,
    topic: identityEventsTopic,
    summary: 'Somebody was not let in',
    data: signInFailed,
    key: pseudonym,
  },
  {
    type: refreshTokenReusedType,
    topic: identityEventsTopic,
    summary: 'A refresh token came a second time: its session was ended',
    data: refreshTokenReused,
    key: customerId,
  },
];

/** What becomes of payments on chains. */
export const paymentMessages: readonly MessageDefinition[] = paymentStatuses.map((status) => ({
  type: paymentEventType(status),
  topic: paymentsTopic,
  summary: `A payment is ${status}`,
  data: paymentChanged.extend({ status: z.literal(status) }),
}));

/** What agents have done, keyed by the run of the workflow. */
export const aiTaskMessages: readonly MessageDefinition[] = [
  { type: runFinishedType, topic: aiTasksTopic, summary: 'A run of a workflow has ended', data: runFinished },
  { type: actionDoneType, topic: aiTasksTopic, summary: 'An action was carried out', data: actionDone },
];

/** Every kind of message of the domain's topics. */
export const messages: readonly MessageDefinition[] = [
  placeOrderMessage,
  ...actionMessages,
  ...orderEventMessages,
  ...analyticsMessages,
  ...aiTaskMessages,
  ...identityMessages,
  ...paymentMessages,
];
