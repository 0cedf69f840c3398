import { Anchor, Button, Code, Group, Paper, SimpleGrid, Stack, Text, Timeline, Title } from '@mantine/core';
import { useState } from 'react';
import type { ConsoleSpan, KafkaMessage, OrderEventPage } from '#contracts/http/console.ts';
import type { Order } from '#contracts/http/orders.ts';
import type { Payment } from '#contracts/http/payments.ts';
import { traceIdOf } from '../../trace-id.ts';
import { ask, consolePath } from '../api.ts';
import { milliseconds, money, shortType, time } from '../format.ts';
import { isAtRest, timesOf } from '../order-at-rest.ts';
import { Answered } from '../parts/answered.tsx';
import { DeadLetterTable } from '../parts/dead-letter-table.tsx';
import { LogTable } from '../parts/log-table.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { Waterfall } from '../parts/waterfall.tsx';
import { useAnswer } from '../use-answer.ts';
import { useLogs } from '../use-logs.ts';

const whileItMovesMs = 3_000;
const traceOf = ({ headers }: KafkaMessage): string | null => traceIdOf(headers.traceparent);

function Events({ events, complete }: Pick<OrderEventPage, 'events' | 'complete'>) {
  const [first] = events;
  return (
    <>
      <Timeline active={events.length} bulletSize={14} lineWidth={2}>
        {events.map((message) => (
          <Timeline.Item
            key={`${message.topic} ${message.partition} ${message.offset}`}
            title={shortType(message.headers.ce_type ?? 'unknown')}
          >
            <Text size="sm">
              {time(message.at)}, after{' '}
              {milliseconds(Date.parse(message.at) - Date.parse(first?.at ?? message.at))}
            </Text>
            <Text size="sm" c="dimmed">
              {message.topic}/{message.partition}/{message.offset}, by {message.headers.ce_source}
            </Text>
            <details>
              <summary>Data</summary>
              <Code block className="wrapped">
                {message.value}
              </Code>
            </details>
          </Timeline.Item>
        ))}
      </Timeline>
      {!complete && <Text>Not everything since then could be looked at in time.</Text>}
    </>
  );
}

/** What of it could not be processed; nothing where everything was. */
function DeadLetters({ letters }: { readonly letters: readonly KafkaMessage[] }) {
  const [said, setSaid] = useState('');
  if (letters.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h3">
        Dead letters
      </Title>
      <Text size="sm" c="dimmed">
        Could not be processed. A replay is safe: what was processed in the end has no second effect.
      </Text>
      <DeadLetterTable messages={letters} say={setSaid} />
      <Text role="status" component="div">
        {said !== '' && <Code block>{said}</Code>}
      </Text>
    </section>
  );
}

/** Where there is a demo wallet: not with real money. */
function DemoWallet({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const [said, setSaid] = useState('');
  const pay = async (): Promise<void> => {
    try {
      await ask(consolePath(`payments/${id}/demo-wallet`), { method: 'POST' });
      onDone();
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Group gap="xs" mt="xs">
      <Button size="xs" onClick={() => void pay()}>
        Pay from the demo wallet
      </Button>
      <Text role="status" size="sm">
        {said}
      </Text>
    </Group>
  );
}

function PaymentCard({ payment, onDone }: { readonly payment: Payment; readonly onDone: () => void }) {
  const { status, display, chain, transactionHash, blockNumber, confirmations, requiredConfirmations } =
    payment;
  return (
    <Paper withBorder p="sm">
      <Group>
        <State of={status} /> <Text>{display}</Text> <Text c="dimmed">on {chain}</Text>
      </Group>
      <Text size="sm" className="wrapped">
        Transaction: {transactionHash ?? 'none yet'}
      </Text>
      <Text size="sm">
        Block {blockNumber ?? '–'}, {confirmations ?? 0} of {requiredConfirmations} confirmations
      </Text>
      {status === 'open' && transactionHash === null && <DemoWallet id={payment.id} onDone={onDone} />}
      {payment.explorerUrl !== null && (
        <Anchor href={payment.explorerUrl} underline="always">
          In the chain's explorer
        </Anchor>
      )}
    </Paper>
  );
}

const actions = ['confirm-payment', 'prepare', 'mark-ready', 'complete', 'reject', 'refund'] as const;

function Actions({ order, onDone }: { readonly order: Order; readonly onDone: () => void }) {
  const [said, setSaid] = useState('');
  const act = async (action: string): Promise<void> => {
    try {
      await ask(`/v1/orders/${order.id}/actions`, {
        method: 'POST',
        body: { action },
        headers: { 'idempotency-key': crypto.randomUUID() },
      });
      setSaid(`${action}: sent`);
      onDone();
    } catch (error) {
      setSaid(`${action}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <Stack gap="xs">
      <Group gap="xs" role="group" aria-label="What a barista does">
        {actions.map((action) => (
          <Button key={action} variant="default" size="xs" onClick={() => void act(action)}>
            {action}
          </Button>
        ))}
      </Group>
      <Text role="status" size="sm">
        {said}
      </Text>
    </Stack>
  );
}

function TracePart({ traceId, atRest }: { readonly traceId: string; readonly atRest: boolean }) {
  const everyMs = atRest ? undefined : whileItMovesMs;
  const trace = useAnswer<{ spans: ConsoleSpan[] }>(consolePath(`traces/${traceId}`), everyMs);
  const logs = useLogs({ traceId }, { once: atRest });
  return (
    <>
      <Title order={2} size="h3">
        Trace{' '}
        <Anchor href={`#/traces/${traceId}`} underline="always" ff="monospace">
          {traceId}
        </Anchor>
      </Title>
      <Answered answer={trace} what="the trace">
        {({ spans }) => <Waterfall spans={spans} />}
      </Answered>
      <Title order={2} size="h3">
        Logs
      </Title>
      <Answered answer={logs} what="the logs">
        {(page) => <LogTable {...page} />}
      </Answered>
    </>
  );
}

/** Asks for an order until it is at rest. */
function useOrder(orderId: string) {
  const [atRest, setAtRest] = useState(false);
  // As the order was when it came first: other times would be another question.
  const [times, setTimes] = useState<ReturnType<typeof timesOf>>();
  const order = useAnswer<Order>(`/v1/orders/${orderId}`, atRest ? undefined : whileItMovesMs);
  if (order.data) {
    const rests = isAtRest(order.data, Date.now());
    if (rests !== atRest) setAtRest(rests);
    if (!times) setTimes(timesOf(order.data, Date.now()));
  }
  return { order, atRest, times };
}

/** What became of one order, in every part. */
export function Journey({ orderId }: { readonly orderId: string }) {
  const { order, atRest, times } = useOrder(orderId);
  const everyMs = atRest ? undefined : whileItMovesMs;
  const events = useAnswer<OrderEventPage>(times && consolePath(`orders/${orderId}/events`, times), everyMs);
  const payments = useAnswer<{ payments: Payment[] }>(
    order.data?.paymentMethod === 'crypto' ? consolePath('payments', { orderId }) : undefined,
    everyMs,
  );
  const traceId = events.data?.events.map(traceOf).find((id) => id !== null);
  return (
    <Page title={`Order ${orderId.slice(0, 8)}`} about={orderId}>
      <Answered answer={order} what="the order">
        {(one) => (
          <>
            <Group>
              <State of={one.status} />
              <Text>{money(one.totalCents, one.currency)}</Text>
              <Text>by {one.paymentMethod}</Text>
              <Text c="dimmed">placed {time(one.createdAt)}</Text>
            </Group>
            <Actions order={one} onDone={order.reload} />
          </>
        )}
      </Answered>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <div>
          <Title order={2} size="h3">
            Events
          </Title>
          <Answered answer={events} what="the events">
            {(found) => <Events {...found} />}
          </Answered>
        </div>
        {order.data?.paymentMethod === 'crypto' && (
          <div>
            <Title order={2} size="h3">
              Payment
            </Title>
            <Answered answer={payments} what="the payment">
              {(found) =>
                found.payments.map((payment) => (
                  <PaymentCard key={payment.id} payment={payment} onDone={payments.reload} />
                ))
              }
            </Answered>
          </div>
        )}
      </SimpleGrid>
      <DeadLetters letters={events.data?.deadLetters ?? []} />
      {traceId === undefined ? (
        <Text>No event of it carries a trace.</Text>
      ) : (
        <TracePart traceId={traceId} atRest={atRest} />
      )}
    </Page>
  );
}
