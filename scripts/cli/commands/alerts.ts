import { activeAlerts, notifications } from '../../alerts/read-alerts.ts';
import { activeLine, notificationLine } from '../../alerts/view.ts';
import { integerFlag, parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

const options = {
  active: { type: 'boolean', default: false },
  alert: { type: 'string' },
  limit: { type: 'string', default: '30' },
  json: { type: 'boolean', default: false },
} as const;

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values: flags } = parseFlags('alerts', args, options);
  const settings = await readSettings();
  if (flags.active) {
    const found = await activeAlerts(settings, signal);
    show(flags.json, found, activeLine);
    say(
      found.length === 0
        ? 'No alert is active.'
        : `${found.length} alerts are active; their runbooks are in observability/runbooks.`,
    );
    return 0;
  }
  const limit = integerFlag('limit', flags.limit, { least: 1, most: 500 });
  const found = await notifications(settings, { limit, alert: flags.alert }, signal);
  show(flags.json, found, notificationLine);
  say(
    found.length === 0
      ? 'Nobody was told of anything.'
      : `${found.length} notifications, newest first. --active shows what is so now.`,
  );
  return 0;
}

function show<T>(json: boolean, found: readonly T[], lineOf: (one: T) => string): void {
  if (json) console.log(JSON.stringify(found, undefined, 2));
  else for (const one of found) console.log(lineOf(one));
}

export const command: Command = {
  summary: 'List notifications of alerts, and which alerts are firing',
  usage: `Usage: ./coffee alerts [--alert NAME] [--limit N] [--json]
       ./coffee alerts --active [--json]

The first lists what Alertmanager sent to the local inbox, newest first; the second what Prometheus finds now.`,
  run,
};
