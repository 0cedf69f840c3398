import { activeAlerts, notifications } from '../../alerts/read-alerts.ts';
import { silenceRequest } from '../../alerts/silence-flags.ts';
import { listSilences, silence, unsilence } from '../../alerts/silences.ts';
import { activeLine, notificationLine, silenceLine } from '../../alerts/view.ts';
import { integerFlag, parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

const options = {
  active: { type: 'boolean', default: false },
  alert: { type: 'string' },
  limit: { type: 'string', default: '30' },
  json: { type: 'boolean', default: false },
  silence: { type: 'string' },
  service: { type: 'string' },
  for: { type: 'string' },
  reason: { type: 'string' },
  silences: { type: 'boolean', default: false },
  unsilence: { type: 'string' },
} as const;

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values: flags } = parseFlags('alerts', args, options);
  const settings = await readSettings();
  if (flags.silence !== undefined) {
    const wanted = await silenceRequest({ ...flags, silence: flags.silence });
    const id = await silence(settings, wanted, signal);
    const until = new Date(Date.now() + wanted.forMs).toISOString().slice(0, 16).replace('T', ' ');
    say(`Nobody is told of ${wanted.alert} until ${until} UTC. Sooner: ./coffee alerts --unsilence ${id}`);
    return 0;
  }
  if (flags.unsilence !== undefined) {
    await unsilence(settings, flags.unsilence, signal);
    say('The silence is lifted: what still fires is told within half a minute.');
    return 0;
  }
  if (flags.silences) {
    const found = await listSilences(settings, signal);
    show(flags.json, found, silenceLine);
    say(found.length === 0 ? 'Nothing is silenced.' : `${found.length} silences; --unsilence ID lifts one.`);
    return 0;
  }
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
  summary: 'List notifications of alerts and which alerts are firing; silence one for a time',
  usage: `Usage: ./coffee alerts [--alert NAME] [--limit N] [--json]
       ./coffee alerts --active [--json]
       ./coffee alerts --silence NAME --reason TEXT [--for 1h] [--service NAME]
       ./coffee alerts --silences [--json]
       ./coffee alerts --unsilence ID

The first lists what Alertmanager sent to the local inbox, newest first; the second what Prometheus finds now. A silence
holds notifications of one alert back, of one service if told, for an hour unless told; the alert itself goes on.`,
  run,
};
