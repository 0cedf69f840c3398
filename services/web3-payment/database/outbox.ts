import { Outbox } from '#platform/outbox/outbox.ts';

// "web3" in ASCII.
const lockClass = 0x77656233;

/** Events of payments. */
export const outbox = new Outbox('payments', lockClass);
