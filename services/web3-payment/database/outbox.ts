import { Outbox } from '#platform/outbox/outbox.ts';

/** Events of payments. Its lock class is "web3" in ASCII. */
export const paymentOutbox = new Outbox({ table: 'payments.outbox', lockClass: 0x77656233 });
