import { context } from '@opentelemetry/api';
import { v5 as uuidv5 } from 'uuid';
import { review, reviewPage, reviewQuery, reviewRequest } from '#contracts/http/reviews.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { traceHeaders } from '#platform/kafka/tracing.ts';
import { latestDefinition } from '../database/definitions.ts';
import { keepReview, listReviews, orderToReview } from '../database/reviews.ts';
import { insertRuns } from '../database/runs.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['reviews'];

/** `POST /v1/reviews` */
export const writeReviewRoute = (database: Database): Route =>
  route({
    method: 'post',
    path: '/v1/reviews',
    summary: 'Say what you think of an order',
    description: 'Of an order of your own. The first review of an order counts; a repeat gets that one.',
    tags,
    access: ['customer'],
    body: reviewRequest,
    problems: ['not-found'],
    responses: {
      200: { description: 'The order has a review', schema: review },
      201: { description: 'The review', schema: review },
    },
    handler: async ({ identity, body }) => {
      const order = await orderToReview(database, body.orderId);
      // Of another one's order nobody hears that there is one.
      if (order?.customerId !== identity.subject)
        throw new AppError('not-found', 'There is no such order, or it is not known here yet.');
      const id = uuidv5('review', body.orderId);
      const kept = await database.transaction(async (transaction) => {
        const written = await keepReview(transaction, { ...body, ...order, id });
        const definition = await latestDefinition(transaction, 'review-feedback');
        if (written.created && definition) {
          const trace = traceHeaders(context.active());
          const input = { reviewId: id };
          const runId = uuidv5('feedback', id);
          await insertRuns(transaction, [{ id: runId, definition, input, trigger: 'review', trace }]);
        }
        return written;
      });
      return { status: kept.created ? 201 : 200, body: kept.review };
    },
  });

/** `GET /v1/reviews` */
export const listReviewsRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/reviews',
    summary: 'List reviews, newest first',
    tags,
    access: ['operator'],
    query: reviewQuery,
    responses: { 200: { description: 'A page of reviews', schema: reviewPage, headers: noStoreHeader } },
    handler: async ({ query }) => {
      const reviews = await listReviews(database, query);
      const nextBefore = lastOfPage(reviews, query.limit)?.id ?? null;
      return { status: 200, headers: noStore, body: { reviews, nextBefore } };
    },
  });
