import { type PhaseFigures, secondsOf } from './measurements.ts';
import type { RunResult } from './result.ts';

/** Requests that were answered with 202: an order is in Kafka, by what the client was told. */
export const acceptedIn = (phases: readonly Pick<PhaseFigures, 'statuses'>[]): number =>
  phases.reduce((sum, { statuses }) => sum + (statuses[202] ?? 0), 0);

// The consumer's OUTBOX_RETENTION, less what waiting for lag and reconciling may take.
const outboxTellsOfSeconds = 2_900;

/**
 * Whether the checks after a run looked at all that it did, a line for each that did not: a check of fewer orders holds
 * too easily. Orders without an answer may be there as well; what is certain is that each 202 is one.
 */
export function brokenChecks({ phases, reconciliation, endToEnd }: RunResult): string[] {
  const broken: string[] = [];
  const accepted = acceptedIn(phases);
  const { accepted: reconciled } = reconciliation.figures;
  if (accepted !== reconciled) {
    broken.push(
      `${accepted} requests were answered with 202, and ${reconciled} orders with a receipt were reconciled: --journal ${reconciliation.journal}`,
    );
  }
  const counted = phases.filter(({ warmUp }) => !warmUp);
  const measured = acceptedIn(counted);
  const { count } = endToEnd.processed;
  // Rows of a longer run are gone already.
  const allKept = secondsOf(counted) <= outboxTellsOfSeconds;
  if (allKept && count < measured)
    broken.push(`accepted to processed: known of ${count} orders, and ${measured} were accepted`);
  return broken;
}

/** Restarts have to fall into the load: what is restarted when nobody asks for anything proves nothing. */
export function brokenRestarts({ scenario, phases, restarts }: RunResult): string[] {
  if (scenario === 'restarts' && restarts.length === 0) return ['nothing was restarted'];
  const end = secondsOf(phases);
  return restarts
    .filter(({ second, tookSeconds }) => second + tookSeconds > end)
    .map(
      ({ service, second, tookSeconds }) =>
        `${service} was restarted after the load had ended: until ${(second + tookSeconds).toFixed(0)} s, and the load was over at ${end.toFixed(0)} s`,
    );
}
