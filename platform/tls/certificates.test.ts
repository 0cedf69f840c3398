import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { createAuthority, issueCertificate } from './certificates.ts';
import { belongTogether } from './keyed-certificate.ts';

const day = 24 * 3_600_000;
const now = new Date('2026-03-01T12:00:00Z');
const authority = await createAuthority('Go Coffee local authority', 3_650 * day, now);
const leaf = await issueCertificate(
  authority,
  { name: 'kafka', hosts: ['kafka', '127.0.0.1', '::1'], usages: ['server'], validForMs: 30 * day },
  now,
);

it('makes an authority that signs leaf certificates only', () => {
  const certificate = new X509Certificate(authority.certificate);
  expect(certificate.subject).toBe('CN=Go Coffee local authority');
  expect([certificate.ca, certificate.checkIssued(certificate)]).toEqual([true, true]);
  expect(certificate.validToDate).toEqual(new Date('2036-02-27T12:00:00Z'));
});

it('makes certificates with name, hosts and usages, signed by the authority', () => {
  const certificate = new X509Certificate(leaf.certificate);
  const issuer = new X509Certificate(authority.certificate);
  expect(certificate.subject).toBe('CN=kafka');
  expect(certificate.subjectAltName).toBe('DNS:kafka, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  // serverAuth alone: it can't be used to call another part. https://oidref.com/1.3.6.1.5.5.7.3.1
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect([certificate.ca, certificate.checkIssued(issuer), certificate.verify(issuer.publicKey)]).toEqual([
    false,
    true,
    true,
  ]);
});

it('makes them valid from a little before now, since clocks differ', () => {
  const certificate = new X509Certificate(leaf.certificate);
  expect(certificate.validFromDate).toEqual(new Date('2026-03-01T11:55:00Z'));
  expect(certificate.validToDate).toEqual(new Date('2026-03-31T12:00:00Z'));
});

it('tells whether a key belongs to a certificate', () => {
  expect(belongTogether(leaf)).toBe(true);
  expect(belongTogether({ certificate: leaf.certificate, key: authority.key })).toBe(false);
  expect(() => belongTogether({ certificate: 'none', key: leaf.key })).toThrow();
});
