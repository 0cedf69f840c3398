import { placeOrder } from '../order/place-order.ts';
import { readAuthority } from '../stack/authority.ts';
import { chosenServices } from '../stack/profiles.ts';
import { readSettings } from '../stack/settings.ts';
import { Backends } from './backends.ts';
import { expressionRows, readExpressions } from './expressions.ts';
import { pollRows, type Verdict } from './poll-rows.ts';
import { type Row, rowsOf } from './rows.ts';
import { readTelemetrySchema } from './schema.ts';

export interface CheckTelemetryOptions {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly note?: (text: string) => void;
}

const orders = 3;

/**
 * Places orders and waits until the running stack tells of them all that the schema promises, and until every
 * expression of dashboards and alerts is understood and finds its data.
 *
 * @throws UserError when an order does not arrive.
 */
export async function checkTelemetry({
  deadlineMs,
  signal,
  note,
}: CheckTelemetryOptions): Promise<Verdict[]> {
  const settings = await readSettings();
  const schema = await readTelemetrySchema();
  using backends = new Backends(settings, await readAuthority(settings, signal));
  const since = new Date();
  let traceId = '';
  for (let count = 1; count <= orders; count += 1) {
    note?.(`placing order ${count} of ${orders}`);
    ({ traceId } = await placeOrder({ settings, signal }));
  }
  const profile = (await chosenServices(signal)).includes('tempo') ? 'full' : 'minimal';
  const needsMore = ({ language }: { language: string }): boolean => language !== 'promql';
  const expressions = (await readExpressions()).filter((one) => profile === 'full' || !needsMore(one));
  const rows: Row[] = [
    ...rowsOf({ backends, schema, since, traceId, profile }),
    ...expressionRows(expressions, backends),
  ];
  return pollRows(rows, { deadlineMs, signal, ...(note ? { note } : {}) });
}
