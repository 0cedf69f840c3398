import { expect, it } from 'vitest';
import { runFinishedType } from '#contracts/events/ai-tasks.ts';
import type { Task } from '#contracts/http/tasks.ts';
import { aiTasksTopic } from '#contracts/topics.ts';
import { startOtlpReceiver } from '#platform/testing/otlp-receiver.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { startChild } from './child-service.ts';
import { postOrder } from './orders.ts';
import { useStage } from './stage.ts';

const stage = useStage();

// Guard: one trace from what happened to an order to what agents made of it.
it('restocks a shop that an order has run low, as one trace from the barista to the result', async () => {
  await using receiver = await startOtlpReceiver();
  const start = async (service: 'producer' | 'consumer' | 'ai-orchestrator') =>
    startChild(service, {
      ...stage().environment(service),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_METRIC_EXPORT_TIMEOUT: '400',
    });
  await using producer = await start('producer');
  await using _consumer = await start('consumer');
  await using agents = await start('ai-orchestrator');
  await stage().database.raw('update ai.stock set on_hand = 1');
  const { body: order } = await postOrder(producer.url);
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const barista = await signedIn('the-barista', 'barista');
  const act = (action: string) =>
    poll(
      async () => {
        const response = await fetch(`${producer.url}/v1/orders/${order.id}/actions`, {
          method: 'POST',
          headers: {
            ...barista,
            'content-type': 'application/json',
            'idempotency-key': action,
            traceparent,
          },
          body: JSON.stringify({ action }),
        });
        return response.status === 202;
      },
      { what: `the order to be ready for ${action}` },
    );
  await act('confirm-payment');
  await act('prepare');
  const headers = await signedIn('ops', 'operator');
  const approval = await poll(
    async () => {
      const response = await fetch(`${agents.url}/v1/tasks?status=open&kind=approval`, { headers });
      const { tasks } = (await response.json()) as { tasks: Task[] };
      return tasks[0];
    },
    { what: 'the approval that is asked for' },
  );
  const answer = await fetch(`${agents.url}/v1/tasks/${approval.id}/complete`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(200);
  const told = await poll(
    () =>
      stage()
        .recorder.messages(aiTasksTopic.name)
        .find((message) => message.headers.ce_type === runFinishedType),
    { what: 'the end of the run' },
  );
  expect(JSON.parse(told.value ?? '')).toMatchObject({ definition: 'restock', outcome: 'completed' });
  const [, traceId] = told.headers.traceparent?.split('-') ?? [];
  const names = [
    'invoke_workflow restock',
    'invoke_agent inventory-manager',
    'execute_tool order-supplies',
    'invoke_agent notifier',
    `send ${aiTasksTopic.name}`,
  ];
  await poll(
    () => {
      const spans = receiver.spans.filter((span) => span.traceId === traceId);
      return names.every((name) => spans.some((span) => span.name === name));
    },
    { what: 'the spans of the run' },
  );
  const prepared = stage()
    .recorder.messages('order-events.v1', order.id)
    .find(({ headers: { ce_type } }) => ce_type?.includes('preparing'));
  expect(prepared?.headers.traceparent?.split('-')[1]).toBe(traceId);
  await poll(
    () =>
      ['coffee.ai.tasks', 'coffee.ai.runs', 'coffee.ai.queue.depth', 'coffee.outbox.lag'].every((name) =>
        receiver.metrics.has(`ai-orchestrator: ${name}`),
      ),
    { what: 'the metrics of agents' },
  );
  expect(await agents.stop('SIGTERM')).toBe(0);
}, 120_000);
