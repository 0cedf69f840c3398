import { z } from 'zod';
import { anomalyPage, anomalyQuery, liveFigures } from '#contracts/http/analytics.ts';
import { notificationPage, notificationQuery } from '#contracts/http/notifications.ts';
import { payment, paymentList, paymentQuery } from '#contracts/http/payments.ts';
import { closeRequest, task, taskPage, taskQuery } from '#contracts/http/tasks.ts';
import { runDetail, runPage, runQuery } from '#contracts/http/workflows.ts';
import type { Route } from '#platform/http/route.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { relay } from './relay.ts';

export interface ServiceApis {
  readonly streams: Pick<Upstream, 'ask'>;
  readonly payments: Pick<Upstream, 'ask'>;
  readonly agents: Pick<Upstream, 'ask'>;
  readonly inbox: Pick<Upstream, 'ask'>;
}

const access = ['operator'] as const;
const id = z.strictObject({ id: z.uuid() });

/** What of the services' own APIs the console shows. */
export function serviceRoutes({ streams, payments, agents, inbox }: ServiceApis): Route[] {
  const figures = { upstream: streams, tag: 'analytics', access, method: 'get' } as const;
  const workflows = { upstream: agents, tag: 'workflows', access } as const;
  return [
    relay({
      ...figures,
      path: '/console/v1/figures',
      target: '/v1/analytics/live',
      summary: 'Figures of the last minutes',
      answers: liveFigures,
    }),
    relay({
      ...figures,
      path: '/console/v1/anomalies',
      target: '/v1/analytics/anomalies',
      summary: 'What streams finds odd',
      query: anomalyQuery,
      answers: anomalyPage,
    }),
    relay({
      upstream: payments,
      tag: 'orders',
      access,
      method: 'get',
      path: '/console/v1/payments',
      target: '/v1/payments',
      summary: 'Payments of an order',
      query: paymentQuery,
      answers: paymentList,
      problems: ['not-found'],
    }),
    relay({
      upstream: payments,
      tag: 'orders',
      access,
      method: 'post',
      path: '/console/v1/payments/:id/demo-wallet',
      target: '/v1/payments/:id/demo-wallet',
      summary: 'Have the demo wallet pay',
      params: id,
      answers: payment,
      problems: ['not-found', 'payment-not-open'],
    }),
    relay({
      ...workflows,
      method: 'get',
      path: '/console/v1/runs',
      target: '/v1/runs',
      summary: 'Runs of workflows, newest first',
      query: runQuery,
      answers: runPage,
    }),
    relay({
      ...workflows,
      method: 'get',
      path: '/console/v1/runs/:id',
      target: '/v1/runs/:id',
      summary: 'A run with its steps',
      params: id,
      answers: runDetail,
      problems: ['not-found'],
    }),
    relay({
      ...workflows,
      method: 'get',
      path: '/console/v1/tasks',
      target: '/v1/tasks',
      summary: 'What waits for a person',
      query: taskQuery,
      answers: taskPage,
    }),
    ...(['complete', 'fail'] as const).map((end) =>
      relay({
        ...workflows,
        method: 'post',
        path: `/console/v1/tasks/:id/${end}`,
        target: `/v1/tasks/:id/${end}`,
        summary: end === 'complete' ? 'Give an approval' : 'Refuse an approval',
        params: id,
        body: closeRequest,
        answers: task,
        problems: ['not-found', 'task-closed'],
      }),
    ),
    relay({
      upstream: inbox,
      tag: 'alerts',
      access,
      method: 'get',
      path: '/console/v1/notifications',
      target: '/v1/notifications',
      summary: 'Who was told of which alert, newest first',
      query: notificationQuery,
      answers: notificationPage,
    }),
  ];
}
