import { type ChannelCredentials, Client } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { startGrpcReceiver } from '#platform/testing/otlp-receiver.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '../tls/identity.ts';
import { collectorCredentials, collectorEndpoints } from './collector.ts';

/** Calls a receiver over a new connection. */
async function call(url: string, credentials: ChannelCredentials): Promise<void> {
  const client = new Client(new URL(url).host, credentials);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const bytes = (buffer: Buffer): Buffer => buffer;
  client.makeUnaryRequest('/Test/Export', bytes, bytes, Buffer.alloc(0), (error) =>
    error ? reject(error) : resolve(),
  );
  await promise.finally(() => client.close());
}

it('trusts the authority that is in its files when the connection is made', async () => {
  await using before = await TestAuthority.create('before');
  await using after = await TestAuthority.create('after');
  const folder = await before.folder();
  const credentials = collectorCredentials(TlsIdentity.open(folder));
  const receive = async (authority: TestAuthority) =>
    startGrpcReceiver(0, TlsIdentity.open(await authority.folder()).serverOptions('any'));
  await using first = await receive(before);
  await using renewed = await receive(after);
  await using forgotten = await receive(before);
  await call(first.url, credentials);
  await after.renew(folder);
  await call(renewed.url, credentials);
  await expect(call(forgotten.url, credentials)).rejects.toThrow('UNAVAILABLE');
});

describe('the address of the collector', () => {
  const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const traces = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

  it('is taken as it is with TLS, and must be one with TLS', () => {
    const environment = { [endpoint]: 'https://collector:4317', PATH: '/bin' };
    expect(collectorEndpoints(environment, true)).toEqual({ [endpoint]: 'https://collector:4317' });
    const plain = { ...environment, [traces]: 'http://tempo:4317' };
    expect(() => collectorEndpoints(plain, true)).toThrow(`${traces}: must start with https://`);
  });

  it('is one of this machine unless told', () => {
    expect(collectorEndpoints({ [endpoint]: '' }, true)).toEqual({ [endpoint]: 'https://localhost:4317' });
    expect(collectorEndpoints({}, false)).toEqual({ [endpoint]: 'http://localhost:4317' });
  });

  it('is plaintext while TLS is off', () => {
    const environment = { [endpoint]: 'https://collector:4317', [traces]: 'http://tempo:4317' };
    expect(collectorEndpoints(environment, false)).toEqual({
      [endpoint]: 'http://collector:4317',
      [traces]: 'http://tempo:4317',
    });
  });
});
