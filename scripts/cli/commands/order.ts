import { paymentMethod } from '#contracts/order-lifecycle.ts';
import { IncompleteTraceError, placeTracedOrder, type TracedOrder } from '../../order/place-traced-order.ts';
import { parseEntrance } from '../../stack/entrance.ts';
import { choiceFlag, parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';

export const command: Command = {
  summary: 'Place one order and follow it through its states to its trace',
  usage: `Usage: ./coffee order [options]

Orders something from the menu, serves it as a barista would, and shows when the order was accepted, in the order book,
paid, prepared and handed over; then its trace, from the request to the database work of the batch that it was written with.
Exit code 1 when the order does not arrive, or when telemetry is up and the trace is incomplete.

  --product ID   what to order; something popular unless told
  --pay HOW      counter, or crypto: on the local chain, from the demo wallet (counter)
  --through WHAT edge, as clients do, or producer, past it (edge)
  --json         everything as JSON on standard output`,

  async run(args, signal) {
    const { values } = parseFlags('order', args, {
      product: { type: 'string' },
      pay: { type: 'string', default: 'counter' },
      through: { type: 'string', default: 'edge' },
      json: { type: 'boolean', default: false },
    });
    const { product } = values;
    const pay = choiceFlag('pay', values.pay, paymentMethod.options);
    const through = parseEntrance(values.through);
    if (!values.json) await placeTracedOrder({ signal, product, pay, through });
    else {
      const print = (traced: TracedOrder): void =>
        console.log(JSON.stringify({ ...traced, trace: traced.trace ?? null }, undefined, 2));
      try {
        print(await placeTracedOrder({ signal, product, pay, through, show: () => undefined }));
      } catch (error) {
        // What there is of the trace is worth seeing, above all when a part is missing.
        if (error instanceof IncompleteTraceError) print(error.traced);
        throw error;
      }
    }
    return 0;
  },
};
