import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { messageOf } from '#platform/errors/app-error.ts';
import { say } from '../cli/progress.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { catalogue, type Group, type ImageSpec, type Versions } from './catalogue.ts';
import { Provider } from './provider.ts';

export interface EnsureOptions {
  signal: AbortSignal;
  /** Called with an image's name as soon as it can be used. */
  onReady?: (name: string) => void;
  /** Of the groups only these images, by name: for who needs one tool, and not an hour of compiling the others. */
  only?: readonly string[];
}

export interface EnsureReport {
  ready: string[];
  /** Images that could not be had and that the order path does without; each was reported in one line. */
  missing: string[];
}

export async function readVersions(environment: NodeJS.ProcessEnv = process.env): Promise<Versions> {
  return { ...parseEnv(await readFile(join(repositoryRoot, '.env'), 'utf8')), ...environment };
}

/** One provider for the process: calls for several groups share what they know and what is under way. */
let shared: Promise<Provider> | undefined;
function provider(): Promise<Provider> {
  shared ??= readVersions().then((versions) => new Provider(versions));
  return shared;
}

/** Of a build that failed, the last line says why; the first is the command. */
const reasonOf = (error: unknown): string => messageOf(error).trim().split('\n').at(-1) ?? '';

/** The images of these groups, in the order of the catalogue. @param only of them these, by name; all unless told */
export const chosenImages = (wanted: readonly Group[], only?: readonly string[]): readonly ImageSpec[] =>
  catalogue.filter(
    ({ name, group, inTests }) =>
      group !== undefined &&
      (wanted.includes(group) || (inTests === true && wanted.includes('test'))) &&
      (only === undefined || only.includes(name)),
  );

/**
 * Makes the images of these groups available to the Docker engine: uses what is there, pulls where an image registry
 * answers, builds where none does. Images come one after the other, cheap ones first, while what is slow (Go programs)
 * comes last; `onReady` tells of each.
 * @throws UserError where nothing can be pulled and nothing can be built; RunError when an image of the order path fails
 */
export async function ensureImages(wanted: readonly Group[], options: EnsureOptions): Promise<EnsureReport> {
  const { signal, onReady, only } = options;
  const source = await provider();
  const report: EnsureReport = { ready: [], missing: [] };
  const provide = async (image: ImageSpec): Promise<void> => {
    try {
      await source.provide(image, signal);
    } catch (error) {
      if (signal.aborted || image.group === 'order') throw error;
      say(`  ${image.name} is left out: ${reasonOf(error)}`);
      report.missing.push(image.name);
      return;
    }
    report.ready.push(image.name);
    onReady?.(image.name);
  };
  const images = chosenImages(wanted, only);
  // Two at a time: downloading one while another compiles or configures its packages.
  const queue = images[Symbol.iterator]();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const image of queue) {
      if (failed) return;
      await provide(image).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled([work(), work()]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return report;
}
