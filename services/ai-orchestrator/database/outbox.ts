import { Outbox } from '#platform/outbox/outbox.ts';

/** What agents have done. Its lock class is "aiout" shortened to 32 bits. */
export const aiOutbox = new Outbox({ table: 'ai.outbox', lockClass: 0x61696f75 });
