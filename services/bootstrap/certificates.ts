import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { issueCertificate } from '#platform/tls/certificates.ts';
import { tlsFiles } from '#platform/tls/identity.ts';
import { belongTogether } from '#platform/tls/keyed-certificate.ts';
import type { Authority } from './authority.ts';
import { hostsOf, type Part } from './parts.ts';
import type { Files, PartStore } from './stores.ts';

export interface CertificateOptions {
  readonly validForMs: number;
  /** Makes new ones, however long the old ones would last. */
  readonly renewAll: boolean;
  readonly now: Date;
}

/**
 * Gives each part a certificate: one that is missing, that has lived two thirds of its life, that another authority
 * signed or that lacks a name. What is good stays.
 *
 * @returns the names of the parts that got a new one.
 */
export async function handOutCertificates(
  authority: Authority,
  store: PartStore,
  parts: readonly Part[],
  options: CertificateOptions,
): Promise<string[]> {
  const renewed: string[] = [];
  for (const part of parts) {
    const files = await store.read(part.name, 'tls');
    if (!options.renewAll && files && isGood(part, files, authority, options.now)) {
      if (files[tlsFiles.ca] !== authority.trusted)
        await store.put(part.name, 'tls', { ...files, [tlsFiles.ca]: authority.trusted });
      continue;
    }
    const { name, usages } = part;
    const request = { name, hosts: hostsOf(part), usages, validForMs: options.validForMs };
    const { certificate, key } = await issueCertificate(authority.signer, request, options.now);
    await store.put(name, 'tls', {
      [tlsFiles.ca]: authority.trusted,
      [tlsFiles.cert]: certificate,
      [tlsFiles.key]: key,
    });
    renewed.push(name);
  }
  return renewed;
}

function isGood(part: Part, files: Files, { signer }: Authority, now: Date): boolean {
  const [certificate, key] = [files[tlsFiles.cert], files[tlsFiles.key]];
  if (!certificate || !key) return false;
  const leaf = new X509Certificate(certificate);
  const issuer = new X509Certificate(signer.certificate);
  const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  return (
    belongTogether({ certificate, key }) &&
    leaf.verify(issuer.publicKey) &&
    now.getTime() < from + ((to - from) * 2) / 3 &&
    hostsOf(part).every((host) => (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined)
  );
}
