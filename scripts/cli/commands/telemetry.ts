import { durationFlag, parseFlags } from '../../stack/flags.ts';
import { checkTelemetry } from '../../telemetry/check-telemetry.ts';
import { conclude } from '../../telemetry/conclude.ts';
import type { Verdict } from '../../telemetry/poll-rows.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const options = {
  deadline: { type: 'string', default: '3m' },
  json: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
} as const;

const line = ({ what, wrong, afterMs }: Verdict): string =>
  `${wrong === undefined ? '✓' : '✗'} ${what}${wrong === undefined ? ` (${(afterMs / 1000).toFixed(1)} s)` : `: ${wrong}`}`;

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseFlags('telemetry', args, options, true);
  if (positionals.join() !== 'check')
    throw new UserError(
      `There is no "telemetry ${positionals.join(' ')}".`,
      './coffee telemetry check is what there is.',
    );
  const deadlineMs = durationFlag('deadline', values.deadline);
  const { verdicts, skipped, unseen } = await step('Checking telemetry', ({ note }) =>
    checkTelemetry({ deadlineMs, signal, note }),
  );
  if (values.json) console.log(JSON.stringify({ verdicts, skipped, unseen }, undefined, 2));
  else {
    for (const verdict of verdicts) console.log(line(verdict));
    for (const { what, reason } of [...skipped, ...unseen]) console.log(`– SKIPPED ${what}: ${reason}`);
  }
  const { lines, code } = conclude(verdicts, skipped, values.strict, unseen);
  for (const text of lines) say(text);
  return code;
}

export const command: Command = {
  summary: 'Hold the telemetry of the running stack against its schema',
  usage: `Usage: ./coffee telemetry check [--deadline 3m] [--json] [--strict]

Places orders, the first of them paid on the chain, and asks Jaeger, Tempo, Prometheus and Loki until each signal of each
service, each edge between them and each metric of observability/telemetry-schema.yaml is there, and nothing that is not in
it. Only what came since the check began counts. Every expression of every dashboard and rule is run: it must be understood,
and find data unless it is quiet while all is well. Whatever an alert selects must have had a series within the last hour,
or the alert could never fire; what only a fault makes is listed in scripts/telemetry/quiet.ts. Where Tempo or Loki are
absent (images/README.md) their rows are skipped, and named; so are edges that are there only sometimes and were not seen.

  --strict  a row that is skipped fails: for where everything can be had`,
  run,
};
