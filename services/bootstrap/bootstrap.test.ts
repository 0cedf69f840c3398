import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TlsIdentity } from '#platform/tls/identity.ts';
import { type BootstrapOptions, bootstrap, type Made } from './bootstrap.ts';
import { FolderAuthority, FolderParts } from './folder-secrets.ts';
import { hostsOf, parts } from './parts.ts';

const day = 24 * 3_600_000;
const start = new Date('2026-03-01T12:00:00Z');
const after = (days: number): Date => new Date(start.getTime() + days * day);
const names = parts.map(({ name }) => name);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-coffee-bootstrap-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = async (now: Date, options: Partial<BootstrapOptions> = {}): Promise<Made> =>
  bootstrap({
    authority: await FolderAuthority.open(join(folder, 'authority')),
    store: new FolderParts(join(folder, 'parts')),
    parts,
    passwords: true,
    certificates: true,
    lifetimeMs: 30 * day,
    now,
    ...options,
  });

const open = (part: string): TlsIdentity => TlsIdentity.open(join(folder, 'parts', part));
const leafOf = (part: string): X509Certificate => new X509Certificate(open(part).material.cert);

/** The certificates of a PEM bundle. */
const trustedBy = (part: string): X509Certificate[] =>
  [...open(part).material.ca.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([pem]) => new X509Certificate(pem),
  );
/** The pairs of parts of which one would not let the other in. */
const strangers = (): string[] =>
  names.flatMap((one) =>
    names
      .filter((other) => !trustedBy(one).some(({ publicKey }) => leafOf(other).verify(publicKey)))
      .map((other) => `${one} does not know ${other}`),
  );

it('gives each part a certificate with its names, which the others trust', async () => {
  const made = await run(start);
  expect(made.certificatesOf).toEqual(names);
  for (const part of parts) {
    const leaf = leafOf(part.name);
    expect(leaf.subject).toBe(`CN=${part.name}`);
    expect(leaf.keyUsage, part.name).toHaveLength(part.usages.length);
    expect(leaf.subjectAltName?.split(', ') ?? [], part.name).toHaveLength(hostsOf(part).length);
    expect(leaf.validToDate).toEqual(after(30));
  }
  expect(strangers()).toEqual([]);
  expect(leafOf('kafka').checkHost('kafka-3.kafka-brokers')).toBe('kafka-3.kafka-brokers');
  expect(leafOf('otel-collector').checkHost('otel-collector.go-coffee-monitoring')).toBeDefined();
  expect(leafOf('postgres').checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leafOf('postgres').checkHost('kafka')).toBeUndefined();
  // Nobody calls these two: their certificates are good for no server at all.
  for (const part of ['host', 'migrate']) expect(leafOf(part).subjectAltName, part).toBeUndefined();
});

it("keeps the authority's key to itself", async () => {
  await run(start);
  const authority = readFileSync(join(folder, 'authority', 'authority.pem'), 'utf8');
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+/.exec(authority) ?? [];
  for (const name of names)
    expect(JSON.stringify(open(name).material), name).not.toContain(key?.slice(30, 80));
});

it('renews a certificate after two thirds of its life, and not before', async () => {
  await run(start);
  const before = leafOf('kafka').fingerprint256;
  expect((await run(after(19.9))).certificatesOf).toEqual([]);
  expect(leafOf('kafka').fingerprint256).toBe(before);
  expect((await run(after(20))).certificatesOf).toEqual(names);
  expect(leafOf('kafka').validToDate).toEqual(after(50));
  expect(strangers()).toEqual([]);
});

it('replaces what is of another authority, lacks a name or is no pair', async () => {
  await run(start);
  const store = new FolderParts(join(folder, 'parts'));
  const of = async (part: string) => (await store.read(part, 'tls')) ?? {};
  const kafka = await of('kafka');
  await store.put('redis', 'tls', kafka);
  await store.put('edge', 'tls', { ...(await of('edge')), 'tls.key': kafka['tls.key'] ?? '' });
  const elsewhere = join(folder, 'elsewhere');
  await run(start, {
    authority: await FolderAuthority.open(join(elsewhere, 'authority')),
    store: new FolderParts(join(elsewhere, 'parts')),
  });
  await store.put(
    'jaeger',
    'tls',
    (await new FolderParts(join(elsewhere, 'parts')).read('jaeger', 'tls')) ?? {},
  );
  expect((await run(start)).certificatesOf.toSorted()).toEqual(['edge', 'jaeger', 'redis']);
  expect(strangers()).toEqual([]);
});

it('rotates all certificates on request', async () => {
  await run(start);
  expect((await run(start, { rotation: 'certificates' })).certificatesOf).toEqual(names);
});

// Guard: an authority is known to every part before it signs anything, and known as long as its signatures are in use.
it('rotates the authority in two steps, at each of which every part trusts every other', async () => {
  await run(start);
  const [first] = trustedBy('kafka');
  const before = leafOf('kafka');
  expect(await run(start, { rotation: 'authority' })).toMatchObject({
    authority: 'announced',
    certificatesOf: [],
  });
  expect(strangers()).toEqual([]);
  expect(leafOf('kafka').fingerprint256).toBe(before.fingerprint256);
  const known = trustedBy('kafka');
  expect(known).toHaveLength(2);
  expect(await run(start, { rotation: 'authority' })).toMatchObject({
    authority: 'in use',
    certificatesOf: names,
  });
  expect(strangers()).toEqual([]);
  // What was known before the second step knows the new certificates, and the other way round.
  expect(known.some(({ publicKey }) => leafOf('kafka').verify(publicKey))).toBe(true);
  expect(trustedBy('kafka').some(({ publicKey }) => before.verify(publicKey))).toBe(true);
  expect(first && leafOf('kafka').verify(first.publicKey)).toBe(false);
});

it("takes an operator's own authority, and refuses what is none", async () => {
  const elsewhere = await FolderAuthority.open(join(folder, 'elsewhere'));
  await run(start, { authority: elsewhere });
  const own = readFileSync(join(folder, 'elsewhere', 'authority.pem'), 'utf8');
  const authority = await FolderAuthority.open(join(folder, 'authority'));
  await authority.create('authority.pem', own);
  await run(start);
  expect(own).toContain(open('kafka').material.ca.trim());
  await authority.replace('authority.pem', 'nonsense');
  await expect(run(start)).rejects.toThrow('authority.pem must hold a certificate and its key');
});

it('makes only what it is asked for', async () => {
  const made = await run(start, { passwords: false });
  expect([made.passwords, made.secretsOf]).toEqual([[], []]);
  await run(start, { certificates: false });
  expect(Object.keys((await new FolderParts(join(folder, 'parts')).read('host', 'secrets')) ?? {})).toEqual([
    'jwt-secret',
    'postgres-password',
  ]);
});
