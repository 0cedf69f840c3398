import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '#platform/schema/json-schema.ts';
import { repositoryRoot } from '../../docker/repository.ts';
import { acceptedBreaks } from './accepted-breaks.ts';
import { asyncApiBreaks } from './asyncapi-breaks.ts';
import { openApiBreaks } from './openapi-breaks.ts';

export const releasesFolder = join(repositoryRoot, 'contracts', 'released');

/** The documents of a release by name (`producer.openapi`). */
export interface Release {
  readonly version: string;
  readonly documents: ReadonlyMap<string, Json>;
}

/** The last release whose documents are kept. */
export async function lastRelease(folder = releasesFolder): Promise<Release> {
  const versions = (await readdir(folder)).sort(byVersion);
  const version = versions.at(-1);
  if (version === undefined)
    throw new Error(`${folder} has no release: ./coffee contracts --release makes one`);
  const files = (await readdir(join(folder, version))).filter((file) => file.endsWith('.json'));
  const read = async (file: string): Promise<[string, Json]> => [
    file.replace(/\.json$/, ''),
    JSON.parse(await readFile(join(folder, version, file), 'utf8')) as Json,
  ];
  return { version, documents: new Map(await Promise.all(files.map(read))) };
}

/** 0.10.0 comes after 0.9.0. */
const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** Keeps the documents of a release: from then on they are what later versions are compared with. */
export async function writeRelease({ version, documents }: Release, folder = releasesFolder): Promise<void> {
  await mkdir(join(folder, version), { recursive: true });
  for (const [name, document] of documents) {
    await writeFile(join(folder, version, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  }
}

/** What in these documents breaks a partner that goes by the released ones, as `document: place: what`. */
export function breaksSince(release: Release, documents: ReadonlyMap<string, Json>): string[] {
  return [...release.documents].flatMap(([name, old]) => {
    const now = documents.get(name);
    if (!now) return [`${name}: is gone`];
    const breaks = name.endsWith('.openapi') ? openApiBreaks(old, now) : asyncApiBreaks(old, now);
    return breaks.map((what) => `${name}: ${what}`);
  });
}

/** The breaks since the release that nobody has decided on. */
export function unacceptedBreaks(release: Release, documents: ReadonlyMap<string, Json>): string[] {
  const accepted = acceptedBreaks.filter(({ since }) => since === release.version);
  return breaksSince(release, documents).filter((what) => !accepted.some(({ breaks }) => breaks.test(what)));
}
