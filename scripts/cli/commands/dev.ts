import { type DevConfig, devServices, readDevConfig } from '../../dev/dev-services.ts';
import { LogLines } from '../../dev/log-line.ts';
import { standInOverride, watchedOverride } from '../../dev/overrides.ts';
import {
  followContainers,
  putBack,
  runningContainers,
  startOnHost,
  startPage,
  untilReady,
  withOverride,
  writeOverride,
} from '../../dev/session.ts';
import { ensureEngine } from '../../docker/engine.ts';
import { undoAbandoned } from '../../fault/undo.ts';
import { parseFlags } from '../../stack/flags.ts';
import { orderPath } from '../../stack/profiles.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { writeAuthority } from './trust.ts';
import { startOrderPath, startTelemetry } from './up.ts';

/** The services that were asked for; all of them when none was. @throws UserError for what can't run on this machine */
export function chooseServices(config: DevConfig, asked: readonly string[]): string[] {
  const all = devServices(config);
  const unknown = asked.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new UserError(`"${unknown}" is no service that can run here.`, `There are: ${all.join(', ')}.`);
  return asked.length === 0 ? all : all.filter((name) => asked.includes(name));
}

/** Whose log is shown: our own programs in containers, or everything. */
function containersToFollow(config: DevConfig, onHost: readonly string[], everything: boolean): string[] {
  const others = orderPath.filter((name) => !onHost.includes(name));
  const ours = devServices(config);
  return everything ? others : others.filter((name) => ours.includes(name));
}

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const options = {
    'all-logs': { type: 'boolean', default: false },
    'in-containers': { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseFlags('dev', args, options, true);
  await ensureEngine(signal);
  await undoAbandoned();
  const config = await readDevConfig(signal);
  const services = chooseServices(config, positionals);
  const ranBefore = await runningContainers(services, signal);
  const onHost = values['in-containers'] ? [] : services;
  const followed = containersToFollow(config, onHost, values['all-logs']);
  const lines = new LogLines(
    [...onHost, ...followed],
    process.stdout.isTTY === true && !process.env.NO_COLOR,
  );
  {
    await using parts = new AsyncDisposableStack();
    parts.defer(() =>
      step('Putting the containers back', () => putBack(services, ranBefore)).catch((error: unknown) => {
        say('./coffee up puts them back.');
        throw error;
      }),
    );
    const override = values['in-containers'] ? watchedOverride : standInOverride;
    await writeOverride(override(config, services));
    await startPage(services, lines, signal, parts);
    await startOrderPath(signal, withOverride);
    const settings = await readSettings();
    if (settings.tls) await writeAuthority(signal);
    const telemetry = await startTelemetry(settings, signal);
    const session = { config, services: onHost, telemetry, lines, signal };
    await startOnHost(session, parts);
    await untilReady(session);
    say('Edit a file: what has loaded it starts again. Ctrl-C ends it.');
    await followContainers(followed, lines, signal);
  }
  return 0;
}

export const command: Command = {
  summary: 'Run services on this machine, started again on every edit; the rest in containers',
  usage: `Usage: ./coffee dev [service …] [--in-containers] [--all-logs]

Starts what is missing as ./coffee up does, and runs the named services (all, unless told) on this machine:
saving a file starts whatever has loaded it again. They have the certificates, passwords and rights of their containers,
and their ports. In each container's place a stand-in passes on what other containers send. The console's
page is made before it starts, and anew on every edit of its sources.

One log shows them all. Their debuggers listen at ports that it names (.vscode/launch.json knows them).
State is in Kafka, PostgreSQL and Redis: an edit loses none. Ctrl-C stops the services and puts the containers back that
ran before.

  --in-containers  the services stay in their containers, and run this machine's sources there; no debuggers
  --all-logs       also the logs of Kafka, PostgreSQL, Redis, the edge and the chain`,
  run,
};
