import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { untilHealthy } from '../../docker/container-health.ts';
import { describeFault, type Fault, type FaultKind, faultKinds } from '../../fault/fault.ts';
import { inject } from '../../fault/inject.ts';
import { ensureInjectorImage } from '../../fault/injector-image.ts';
import { FaultRecords, isAbandoned, processIsAlive } from '../../fault/records.ts';
import { findTarget } from '../../fault/target.ts';
import { clearFaults, undoAbandoned } from '../../fault/undo.ts';
import { readVersions } from '../../images/ensure.ts';
import { durationFlag, integerFlag, numberFlag, parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const options = {
  for: { type: 'string', default: '30s' },
  delay: { type: 'string', default: '200ms' },
  jitter: { type: 'string', default: '0ms' },
  share: { type: 'string', default: '0.5' },
  after: { type: 'string', default: '200ms' },
  bytes: { type: 'string', default: '16384' },
  writes: { type: 'string', default: '20' },
} as const;
type Values = Readonly<Record<keyof typeof options, string>>;

const healthyWithinMs = 90_000;
const longestMs = 60 * 60_000;

function faultOf(kind: FaultKind, values: Values): Fault {
  switch (kind) {
    case 'latency':
      return {
        kind,
        delayMs: durationFlag('delay', values.delay),
        jitterMs: durationFlag('jitter', values.jitter),
      };
    case 'reset': {
      const share = numberFlag('share', values.share, { least: 0, most: 1 });
      return { kind, share, afterMs: durationFlag('after', values.after) };
    }
    case 'cut':
      return { kind, bytes: integerFlag('bytes', values.bytes, { least: 1, most: 2 ** 30 }) };
    case 'slow-disk':
      return { kind, writesPerSecond: integerFlag('writes', values.writes, { least: 1, most: 100_000 }) };
    default:
      return { kind };
  }
}

async function list(): Promise<number> {
  const records = await new FaultRecords().all();
  for (const record of records) {
    const left = isAbandoned(record, Date.now(), processIsAlive) ? ', left behind' : '';
    console.log(`${record.service}: ${describeFault(record.fault)} until ${record.untilAt}${left}`);
  }
  say(
    records.length === 0 ? 'Nothing is broken.' : `${records.length} faults. ./coffee fault clear ends them.`,
  );
  return 0;
}

async function clear(): Promise<number> {
  const project = (await readVersions()).COMPOSE_PROJECT_NAME ?? '';
  const undone = await step('Undoing all faults', () => clearFaults(project));
  say(undone === 0 ? 'Nothing was broken.' : `${undone} faults undone.`);
  return 0;
}

async function hold(kind: FaultKind, service: string, values: Values, signal: AbortSignal): Promise<number> {
  const fault = faultOf(kind, values);
  const lastsMs = durationFlag('for', values.for);
  if (lastsMs === 0 || lastsMs > longestMs)
    throw new UserError(`--for is "${values.for}".`, 'Give at most 1h.');
  await undoAbandoned();
  const target = await findTarget(service, signal);
  const image = await ensureInjectorImage(signal);
  const active = await step(`Breaking ${service}`, () => inject({ target, fault, lastsMs, image, signal }));
  try {
    await step(`${service}: ${describeFault(fault)} for ${values.for}, Ctrl-C ends it`, () =>
      pause(lastsMs, signal),
    );
  } finally {
    await step(`Mending ${service}`, () => active.undo());
  }
  signal.throwIfAborted();
  const startedAt = performance.now();
  await step(`Waiting until ${service} is healthy`, () =>
    untilHealthy(service, healthyWithinMs, signal),
  ).catch((error: unknown) => {
    throw new UserError(messageOf(error), `./coffee logs ${service} says why.`, { cause: error });
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`${service} had its fault and was healthy ${seconds} s later. Next: ./coffee reconcile`);
  return 0;
}

export const command: Command = {
  summary: 'Break a part of the running stack for a while, and mend it',
  usage: `Usage: ./coffee fault KIND SERVICE [options]
       ./coffee fault list | clear

Breaks one service of the running stack for a while. Everything is undone at the end, on Ctrl-C, SIGTERM and errors;
what a killed process left behind is undone by the next fault, chaos, up, or by clear. For kafka, postgres and redis
network faults are about their clients' connections, for the other services about those to their HTTP port and to the
three servers.

  latency     answers are late                                     --delay TIME (200ms)  --jitter TIME (0ms)
  reset       connections are reset, again and again               --share 0…1 (0.5)     --after TIME (200ms)
  cut         connections end in the midst of an answer, after     --bytes N (16384)
              the request has had its effect
  partition   no packet comes or goes, connections hang
  kill        SIGKILL, and a start at the end
  pause       frozen by the engine
  slow-disk   so many writes a second and no more (measured)       --writes N (20)

  --for TIME  how long, such as 30s or 5m (30s)
  list        what is broken
  clear       mend everything now`,

  async run(args, signal) {
    const { values, positionals } = parseFlags('fault', args, options, true);
    const [first = '', service, ...rest] = positionals;
    if (first === 'list' && service === undefined) return list();
    if (first === 'clear' && service === undefined) return clear();
    const kind = faultKinds.find((known) => known === first);
    if (!kind || service === undefined || rest.length > 0) {
      const usage = './coffee fault --help lists kinds and options.';
      throw new UserError(kind ? 'Which service?' : `"${first}" is no fault.`, usage);
    }
    return hold(kind, service, values, signal);
  },
};
