import { Outbox } from '#platform/outbox/outbox.ts';

// "relay" shortened to 32 bits.
const lockClass = 0x72656c61;

/** Events of orders, and the commands by which they expire. */
export const outbox = new Outbox('orders', lockClass);
