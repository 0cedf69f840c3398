import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '#platform/schema/json-schema.ts';
import { servedDocuments } from '../documents.ts';
import { acceptedBreaks } from './accepted-breaks.ts';
import { breaksSince, lastRelease, type Release, unacceptedBreaks, writeRelease } from './releases.ts';

let documents: Map<string, Json>;
let release: Release;
beforeAll(async () => {
  [documents, release] = await Promise.all([servedDocuments(), lastRelease()]);
});

describe('this version', () => {
  it('breaks nobody who goes by the last release, but where that was decided', () => {
    expect(unacceptedBreaks(release, documents)).toEqual([]);
  });

  it('accepts no break that is none', () => {
    const found = breaksSince(release, documents);
    const stale = acceptedBreaks.filter(
      ({ since, breaks }) => since !== release.version || !found.some((what) => breaks.test(what)),
    );
    expect(stale).toEqual([]);
  });

  it('breaks when a service is gone', () => {
    const { consumer, ...others } = { consumer: 'consumer.asyncapi', producer: 'producer.asyncapi' };
    const left = new Map([[others.producer, documents.get(others.producer) as Json]]);
    const old = { version: '1', documents: new Map([...left, [consumer, {}]]) };
    expect(breaksSince(old, left)).toEqual(['consumer.asyncapi: is gone']);
  });
});

describe('a release', () => {
  it('is read as it was written; the last one counts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'go-coffee-releases-'));
    try {
      await expect(lastRelease(folder)).rejects.toThrow('./coffee contracts --release');
      for (const version of ['0.10.0', '0.9.0']) await writeRelease({ version, documents }, folder);
      expect(await lastRelease(folder)).toEqual({ version: '0.10.0', documents });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
