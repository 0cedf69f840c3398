// The dependency injection inside of @peculiar/x509 needs it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { KeyedCertificate } from './keyed-certificate.ts';

export type Usage = 'server' | 'client';

export interface LeafRequest {
  /** Becomes the common name: what Kafka takes for the client's user. */
  readonly name: string;
  /** DNS names and IP addresses that the server is called by. */
  readonly hosts: readonly string[];
  readonly usages: readonly Usage[];
  readonly validForMs: number;
}

// P-256: small, fast to make (RSA would take bootstrap its whole second), and every part of the platform reads it.
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
// Clocks of machines differ: a certificate is valid from a little before it was made.
const backdatedMs = 5 * 60_000;

const usageOids: Readonly<Record<Usage, string>> = {
  server: x509.ExtendedKeyUsage.serverAuth,
  client: x509.ExtendedKeyUsage.clientAuth,
};

const makeKeys = async (): Promise<webcrypto.CryptoKeyPair> =>
  (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;

async function keyToPem(key: webcrypto.CryptoKey): Promise<string> {
  const exported = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(exported, x509.PemConverter.PrivateKeyTag)}\n`;
}

const keyFromPem = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, false, ['sign']);

const validity = (now: Date, validForMs: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now.getTime() - backdatedMs),
  notAfter: new Date(now.getTime() + validForMs),
});

/** Makes a certificate authority that may sign leaf certificates and nothing else (RFC 5280, 4.2.1.9). */
export async function createAuthority(
  name: string,
  validForMs: number,
  now: Date,
): Promise<KeyedCertificate> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    ...validity(now, validForMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyToPem(keys.privateKey) };
}

/** Makes a key and a certificate for it. */
export async function issueCertificate(
  authority: KeyedCertificate,
  { name, hosts, usages, validForMs }: LeafRequest,
  now: Date,
): Promise<KeyedCertificate> {
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const names = hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }));
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [name] }],
    issuer: issuer.subjectName,
    ...validity(now, validForMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await keyFromPem(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages.map((usage) => usageOids[usage])),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyToPem(keys.privateKey) };
}
