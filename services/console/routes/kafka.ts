import {
  kafkaOverview,
  messagePage,
  messageQuery,
  orderEventPage,
  orderEventQuery,
  orderParams,
  topicParams,
} from '#contracts/http/console.ts';
import { endWith } from '#platform/http/end-with.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { KafkaView } from '../kafka/kafka-view.ts';
import type { OrderFeed } from '../kafka/order-feed.ts';
import { noStore, noStoreHeader } from './answers.ts';

const access = ['operator'] as const;
const common = { method: 'get', tags: ['kafka'], access } as const;

/** Topics, groups, messages, and events as they come. */
export function kafkaRoutes(kafka: KafkaView, feed: Pick<OrderFeed, 'open'>): Route[] {
  return [
    route({
      ...common,
      path: '/console/v1/kafka',
      summary: 'Topics with their partitions, groups with their lag',
      responses: { 200: { description: 'As it is now', schema: kafkaOverview, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async () => ({ status: 200, headers: noStore, body: await kafka.overview() }),
    }),
    route({
      ...common,
      path: '/console/v1/kafka/:topic/messages',
      summary: 'The latest messages of a topic, newest first',
      params: topicParams,
      query: messageQuery,
      responses: { 200: { description: 'The messages', schema: messagePage, headers: noStoreHeader } },
      problems: ['not-found', 'dependency-unavailable'],
      handler: async ({ params: { topic }, query }) => ({
        status: 200,
        headers: noStore,
        body: { messages: await kafka.messages(topic, query) },
      }),
    }),
    route({
      ...common,
      path: '/console/v1/orders/:id/events',
      summary: 'What was said about an order: commands, events, payments, and dead letters',
      params: orderParams,
      query: orderEventQuery,
      responses: { 200: { description: 'Oldest first', schema: orderEventPage, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async ({ params: { id }, query: { since, until } }) => ({
        status: 200,
        headers: noStore,
        body: await kafka.orderMessages(
          id,
          new Date(since),
          until === undefined ? undefined : new Date(until),
        ),
      }),
    }),
    route({
      ...common,
      path: '/console/v1/feed',
      summary: 'Follow orders as they change',
      description:
        'Server-sent events (`order`), from now on. It ends with the access token that it was opened with.',
      responses: {
        200: { description: 'Events without end', stream: 'text/event-stream', headers: noStoreHeader },
      },
      problems: ['overloaded', 'dependency-unavailable'],
      handler: async ({ identity }) => {
        const body = await feed.open();
        endWith(body, identity.expiresAt);
        // nginx would keep events back until its buffer is full.
        return { status: 200, headers: { ...noStore, 'X-Accel-Buffering': 'no' }, body };
      },
    }),
  ];
}
