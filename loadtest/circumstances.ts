import { arch, cpus, release, totalmem, type } from 'node:os';
import { messageOf } from '#platform/errors/app-error.ts';
import { currentCommit } from '../scripts/docker/current-commit.ts';
import { readVersions } from '../scripts/images/ensure.ts';
import { durabilityOfKafka, durabilityOfPostgres } from './durability.ts';
import type { Circumstances } from './result.ts';
import { imagesInWords, nodeVersionOf, readRunningParts } from './running-parts.ts';

/** Where and when something is measured. */
export type Surroundings = Omit<Circumstances, 'settings'>;

export interface Hardware {
  readonly cores: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly architecture: string;
}

/**
 * What a machine is known by: figures of one are compared with others of the same. The kernel is not part of it: an update
 * must not make a machine a new one.
 */
export const machineName = ({ cores, model, memoryBytes, architecture }: Hardware): string =>
  `${cores} × ${model.trim()}, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${architecture}`;

/** What every figure is stated with. */
export const readSurroundings = async (): Promise<Surroundings> => ({
  machine: machineName({
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    architecture: arch(),
  }),
  kernel: `${type()} ${release()}`,
  commit: await currentCommit(),
  date: new Date().toISOString(),
});

/** `2 × AMD EPYC, 24 GiB, x64; Linux 6.18; commit 0a1b2c; 2026-11-25` */
export const surroundingsInWords = ({ machine, kernel, commit, date }: Surroundings): string =>
  [machine, kernel, `commit ${commit}`, date.slice(0, 10)].join('; ');

export interface RunningStack {
  readonly admin: Parameters<typeof durabilityOfKafka>[0];
  readonly database: Parameters<typeof durabilityOfPostgres>[0];
  readonly settings: { readonly tls: boolean };
}

/** What a figure of the running stack means nothing without; what can't be read of it says why. */
export async function readCircumstances(
  traceShare: number,
  { settings, database, admin }: RunningStack,
  signal: AbortSignal,
): Promise<Circumstances> {
  const parts = readRunningParts(signal);
  const images = unlessUnknown(async () => imagesInWords(await parts));
  const ofProducer = unlessUnknown(async () => nodeVersionOf('producer', await parts, signal));
  const [versions, surroundings] = await Promise.all([readVersions(), readSurroundings()]);
  const circumstances = {
    ...surroundings,
    settings: {
      Profile: versions.COMPOSE_PROFILES ?? 'none',
      Node: `${process.versions.node} of the generator, ${await ofProducer} of the producer`,
      Images: await images,
      TLS: settings.tls ? 'on' : 'off',
      'Durability of Kafka': await unlessUnknown(() => durabilityOfKafka(admin)),
      'Durability of PostgreSQL': await unlessUnknown(() => durabilityOfPostgres(database)),
      Sampling: `${(traceShare * 100).toFixed(1)} % of the requests are traced; metrics of all`,
      Generator: 'on the same machine',
      'Payment window': '24h, so that nothing expires while something is measured',
    },
  };
  // A reading that was interrupted is no reading.
  signal.throwIfAborted();
  return circumstances;
}

/** What is read, or why it is not known: a run of minutes is not lost for it. */
export async function unlessUnknown(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    return `not known (${messageOf(error).split('\n')[0]})`;
  }
}
