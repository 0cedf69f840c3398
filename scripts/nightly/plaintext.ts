import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Capture } from '../capture/capture.ts';
import { sendInPlainText } from '../capture/control.ts';
import { metricsDoors, orderPathDoors, storesDoors, traceDoors } from '../capture/doors.ts';
import { readExceptions } from '../capture/exceptions.ts';
import { namesOf } from '../capture/names.ts';
import { type CaptureReport, reportOf } from '../capture/report.ts';
import { compose } from '../docker/compose.ts';
import { ensureInjectorImage } from '../fault/injector-image.ts';
import { placeOrder } from '../order/place-order.ts';
import { waitForTrace } from '../order/wait-for-trace.ts';
import { readAuthority } from '../stack/authority.ts';
import { kafkaAccess } from '../stack/kafka.ts';
import { startable } from '../stack/profiles.ts';
import { readSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { runDay } from '../traffic/run-day.ts';
import { emptyStack, startEmptyStack, withEmptyStack } from './empty-stack.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const project = emptyStack.COMPOSE_PROJECT_NAME;
// Longer than the minute after which services hand over their metrics.
const day = { rate: 20, durationMs: 75_000, customers: 200 } as const;

/** Whoever listens on the networks reads nothing. */
export const plaintext: Suite = {
  name: 'plaintext',
  summary: 'captures all that the networks carry from the start on, with orders and traces: nothing but TLS',
  budgetMinutes: 10,
  run: (context) => withEmptyStack(context.signal, context.note, () => capture(context)),
};

async function capture({ signal, seed, note }: SuiteContext): Promise<SuiteOutcome> {
  const image = await ensureInjectorImage(signal);
  // The networks, and nobody in them yet.
  const { services, env } = await startable(signal);
  const create = ['create', '--no-build', '--pull', 'never', ...services];
  await compose(create, { env: { ...emptyStack, ...env }, signal });
  await using listening = await Capture.start(project, image, signal);
  note('listening; starting an empty stack');
  const seconds = await startEmptyStack(signal);
  const control = `/in-plain-text-${randomBytes(8).toString('hex')}`;
  await sendInPlainText(project, control, signal);
  note('orders');
  const needles = await orders(seed, signal);
  const nameOf = await namesOf(project, signal);
  const judgement = await listening.stop([control, ...needles]);
  const stores = services.includes('tempo') ? storesDoors : [];
  const seen = [...orderPathDoors, ...traceDoors, ...metricsDoors, ...stores];
  return outcome(reportOf(judgement, { nameOf, exceptions: await readExceptions(), seen, control }), seconds);
}

/** An order with its trace, and some more. @returns what names the order */
async function orders(seed: number, signal: AbortSignal): Promise<string[]> {
  const settings = await readSettings({ ...process.env, ...emptyStack });
  const { producerUrl, jaegerUrl } = settings;
  const authority = await readAuthority(settings, signal);
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-plaintext-'));
  try {
    const { order, traceId } = await placeOrder({ settings, signal });
    const journalPath = join(folder, 'journal.jsonl');
    const kitchen = { kafka: await kafkaAccess(settings, signal), finishWithinMs: 60_000 };
    const tokens = await stackTokens(settings, signal);
    await runDay({ ...day, producerUrl, authority, tokens, seed, journalPath, kitchen }, signal);
    await waitForTrace({ jaegerUrl, authority, traceId, signal });
    return [order.id, order.customerId, traceId];
  } finally {
    await rm(folder, { recursive: true });
  }
}

const outcome = (report: CaptureReport, seconds: number): SuiteOutcome => ({
  figures: [
    figure('healthy', seconds, 's'),
    figure('connections by TLS', report.connections),
    figure('captured in them', report.bytes / 2 ** 20, 'MiB'),
    figure('doors', report.secure.length),
  ],
  failures: report.failures,
});
