import { Alert, Anchor, Button, NativeSelect, Paper } from '@mantine/core';
import { useState } from 'react';
import type { Menu } from '#contracts/http/menu.ts';
import type { Order } from '#contracts/http/orders.ts';
import { ask } from '../api.ts';
import { useAnswer } from '../use-answer.ts';
import { Answered } from './answered.tsx';
import { Form } from './form.tsx';

type Outcome = { readonly order: Order } | { readonly error: string };

async function place(form: FormData): Promise<Outcome> {
  const [productId, size] = String(form.get('product')).split('/');
  const body = {
    items: [{ productId, size, options: [], quantity: 1 }],
    paymentMethod: form.get('payment'),
    shopId: 'main',
  };
  try {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    return { order: await ask<Order>('/v1/orders', { method: 'POST', body, headers }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Orders something, as who is signed in. */
export function PlaceOrder() {
  const menu = useAnswer<Menu>('/v1/menu');
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const submit = async (form: FormData): Promise<void> => {
    setBusy(true);
    setOutcome(await place(form));
    setBusy(false);
  };
  return (
    <Paper withBorder p="sm">
      <Answered answer={menu} what="the menu">
        {({ products }) => (
          <Form label="Place an order" onSend={(form) => void submit(form)}>
            <NativeSelect
              name="product"
              label="Drink"
              data={products.flatMap(({ id, name, sizes }) =>
                sizes.map((size) => ({ value: `${id}/${size.id}`, label: `${name}, ${size.id}` })),
              )}
            />
            <NativeSelect name="payment" label="Pays" data={['counter', 'crypto']} />
            <Button type="submit" loading={busy}>
              Place the order
            </Button>
          </Form>
        )}
      </Answered>
      {outcome && (
        <Alert role="status" variant="outline" mt="sm" color={'order' in outcome ? 'green' : 'red'}>
          {'order' in outcome ? (
            <>
              Accepted:{' '}
              <Anchor href={`#/orders/${outcome.order.id}`} underline="always">
                {outcome.order.id}
              </Anchor>
            </>
          ) : (
            outcome.error
          )}
        </Alert>
      )}
    </Paper>
  );
}
