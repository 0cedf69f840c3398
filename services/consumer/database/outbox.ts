import { Outbox } from '#platform/outbox/outbox.ts';

/** Events of orders, and the commands by which they expire. Its lock class is "relay" shortened to 32 bits. */
export const orderOutbox = new Outbox({ table: 'orders.outbox', lockClass: 0x72656c61 });
