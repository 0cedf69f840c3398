import { suggest } from '../cli/suggestion.ts';
import { UserError } from '../cli/user-error.ts';
import { durationFlag } from '../stack/flags.ts';
import { isAlert, readRules } from '../telemetry/rules.ts';
import type { SilenceRequest } from './silences.ts';

/** As they were typed. */
export interface SilenceFlags {
  readonly silence: string;
  readonly service?: string | undefined;
  readonly for?: string | undefined;
  readonly reason?: string | undefined;
}

const longestMs = 7 * 24 * 3_600_000;

/**
 * What is to be silenced. Alertmanager would take any name: a silence of an alert that there is not holds nothing back, and
 * whoever made it believes that it does.
 * @throws UserError when there is no such alert, no reason, or an end that nobody will remember
 */
export async function silenceRequest(flags: SilenceFlags): Promise<SilenceRequest> {
  const names = (await readRules()).filter(isAlert).map(({ alert }) => alert);
  if (!names.includes(flags.silence)) {
    const near = suggest(flags.silence, names);
    throw new UserError(
      `There is no alert ${flags.silence}.`,
      near ? `Did you mean ${near}?` : 'observability/runbooks has one file for each.',
    );
  }
  const reason = flags.reason?.trim();
  if (!reason)
    throw new UserError(
      '--reason is missing.',
      'Say why, for whoever is on call: --reason "an index is built".',
    );
  const forMs = durationFlag('for', flags.for ?? '1h');
  if (forMs < 60_000 || forMs > longestMs)
    throw new UserError(
      `--for is "${flags.for}".`,
      'Give 1m to 168h: a silence is forgotten sooner than it ends.',
    );
  return { alert: flags.silence, service: flags.service, forMs, reason };
}
