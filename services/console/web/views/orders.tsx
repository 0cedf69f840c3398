import { Anchor, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import type { FeedEvent } from '#contracts/http/console.ts';
import type { OrderPage } from '#contracts/http/orders.ts';
import { money, shortType, time } from '../format.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Page } from '../parts/page.tsx';
import { PlaceOrder } from '../parts/place-order.tsx';
import { State } from '../parts/state.tsx';
import { useAnswer } from '../use-answer.ts';
import { useFeed } from '../use-feed.ts';
import type { ViewProps } from '../views.ts';
import { Journey } from './journey.tsx';

const shortId = (id: string): string => id.slice(0, 8);
const OrderLink = ({ id }: { readonly id: string }) => (
  <Anchor href={`#/orders/${id}`} ff="monospace" underline="always" aria-label={`Order ${id}`}>
    {shortId(id)}
  </Anchor>
);

function Feed({ events }: { readonly events: readonly FeedEvent[] }) {
  return (
    <DataTable
      caption="Live: what happens to orders"
      rows={events}
      rowKey={({ id }) => id}
      empty="nothing has happened since this page was opened"
      columns={[
        { title: 'When', cell: ({ at }) => time(at) },
        { title: 'Order', cell: ({ orderId }) => <OrderLink id={orderId} /> },
        { title: 'What', cell: ({ type }) => <State of={shortType(type)} /> },
      ]}
    />
  );
}

function Latest({ page }: { readonly page: OrderPage }) {
  return (
    <DataTable
      caption="Latest orders"
      rows={page.orders}
      rowKey={({ id }) => id}
      empty="there is none"
      columns={[
        { title: 'Placed', cell: ({ createdAt }) => time(createdAt) },
        { title: 'Order', cell: ({ id }) => <OrderLink id={id} /> },
        { title: 'Status', cell: ({ status }) => <State of={status} /> },
        { title: 'Pays', cell: ({ paymentMethod }) => paymentMethod },
        { title: 'Total', numeric: true, cell: ({ totalCents, currency }) => money(totalCents, currency) },
      ]}
    />
  );
}

function AllOrders() {
  const { events, state, reason } = useFeed();
  // An event says that the list has changed: it is asked for anew, at most once in two seconds.
  const changed = useMemo(
    () => Math.floor(Date.parse(events[0]?.at ?? '1970-01-01T00:00:00Z') / 2_000),
    [events],
  );
  const latest = useAnswer<OrderPage>('/v1/orders?limit=20', 15_000);
  const { reload } = latest;
  // What has changed is why it is asked again.
  useEffect(reload, [changed]);
  return (
    <Page title="Orders" about="As they change; an order's id leads to its journey.">
      <Text role="status">
        Feed: <State of={state} /> {reason}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Feed events={events} />
        <Stack>
          <PlaceOrder />
          <TextInput
            label="Find an order"
            placeholder="its whole id"
            onChange={({ currentTarget: { value } }) => {
              if (/^[0-9a-f-]{36}$/.test(value.trim())) location.hash = `#/orders/${value.trim()}`;
            }}
          />
          <Answered answer={latest} what="the orders">
            {(page) => <Latest page={page} />}
          </Answered>
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

export default function OrdersView({ rest }: ViewProps) {
  return rest === '' ? <AllOrders /> : <Journey key={rest} orderId={rest} />;
}
