import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';
import { repositoryRoot } from '../docker/repository.ts';

export const samplesFolder = join(repositoryRoot, 'contracts', 'samples');

/** A message as a version of the platform wrote it, kept as contracts/samples/TYPE/VERSION/NAME.json. */
export interface Sample {
  /** `ce_type`. */
  readonly type: string;
  /** The version of the platform that wrote it. */
  readonly version: string;
  /** What it is about, in a word. */
  readonly name: string;
  readonly message: OutgoingMessage;
}

const content = z.strictObject({
  topic: z.string(),
  key: z.string(),
  headers: z.record(z.string(), z.string()),
  value: z.unknown(),
});

export const pathOf = ({ type, version, name }: Omit<Sample, 'message'>): string =>
  `${type}/${version}/${name}.json`;

/** The text of a sample's file. Its value stands there as JSON: `JSON.stringify` of it is what was sent. */
export function textOf({ message: { topic, key, headers, value } }: Sample): string {
  const file = { topic, key, headers, value: JSON.parse(value.toString()) as unknown };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** All samples, sorted by path. @throws Error naming a file that is no sample. */
export async function readSamples(folder = samplesFolder): Promise<Sample[]> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.json')).sort();
  return Promise.all(paths.map((path) => readSample(folder, path)));
}

async function readSample(folder: string, path: string): Promise<Sample> {
  const [type = '', version = '', file = ''] = path.split(/[/\\]/);
  try {
    const { value, ...rest } = content.parse(JSON.parse(await readFile(join(folder, path), 'utf8')));
    const message = { ...rest, value: JSON.stringify(value) };
    return { type, version, name: file.replace(/\.json$/, ''), message };
  } catch (cause) {
    throw new Error(`contracts/samples/${path} is no sample`, { cause });
  }
}

/** Writes the samples of a version in the place of those that it had. */
export async function writeSamples(samples: readonly Sample[], folder = samplesFolder): Promise<void> {
  for (const { type, version } of samples) {
    await rm(join(folder, type, version), { recursive: true, force: true });
  }
  for (const sample of samples) {
    const path = join(folder, pathOf(sample));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, textOf(sample));
  }
}

/** The sample as it comes from the broker. */
export function received({ message: { topic, key, headers, value } }: Sample): IncomingMessage {
  const place = { topic, partition: 0, offset: '0', timestampMs: 0 };
  return { ...place, key, headers, value: Buffer.from(value) };
}
