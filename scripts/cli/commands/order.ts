import { placeTracedOrder } from '../../order/place-order.ts';
import { orderLine, traceLines } from '../../order/report.ts';
import { tracePage, waitForTrace } from '../../order/wait-for-trace.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';

export const command: Command = {
  summary: 'Place one order and follow it through its states to its trace',
  usage: `Usage: ./coffee order [options]

Orders something from the menu and shows when the order was accepted, when it was in the order book and when its event
was published; then its trace, from the request to the database work of the batch that it was written with.
Exit code 1 when the order does not arrive, or when telemetry is up and the trace is incomplete.

  --product ID   what to order; something popular unless told
  --json         everything as JSON on standard output`,

  async run(args, signal) {
    const { values } = parseFlags('order', args, {
      product: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const settings = await readSettings();
    const { jaegerUrl } = settings;
    const placed = await step('Placing an order', ({ note }) =>
      placeTracedOrder({
        settings,
        signal,
        product: values.product,
        onStage: (stage, elapsedMs) => note(`${stage} after ${elapsedMs.toFixed(0)} ms`),
      }),
    );
    const { order, traceId, stages } = placed;
    if (!values.json) {
      console.log(`Order ${order.id}: ${orderLine(order)}`);
      for (const [stage, elapsedMs] of Object.entries(stages)) {
        console.log(`  ${stage.padEnd(18)} ${elapsedMs.toFixed(0).padStart(6)} ms`);
      }
    }
    const trace = await step('Waiting for its trace', () => waitForTrace({ jaegerUrl, traceId, signal }));
    if (values.json) {
      const url = tracePage(jaegerUrl, traceId);
      console.log(JSON.stringify({ ...placed, trace: trace ?? null, traceUrl: url }, undefined, 2));
    } else for (const line of traceLines(trace, jaegerUrl)) console.log(line);
    if (!trace || trace.missing.length === 0) return 0;
    say('The trace is incomplete. See ./coffee logs otel-collector and ./coffee logs jaeger.');
    return 1;
  },
};
