import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { TokenSigner } from './token-signer.ts';
import { TokenVerifier, type VerificationKeys } from './token-verifier.ts';

const secret = 'for tests only: nobody ever signs in with it';
const common = { issuer: 'go-coffee', audience: 'go-coffee' };
const start = new Date('2026-03-01T12:00:00Z');
const after = (seconds: number) => (): Date => new Date(start.getTime() + seconds * 1_000);
const seconds = (date: Date): number => date.getTime() / 1_000;

const verifier = (keys: VerificationKeys, now = after(60)): TokenVerifier =>
  new TokenVerifier({ ...common, keys, clockToleranceMs: 5_000, now });
const shared = verifier({ algorithm: 'HS256', secret });
const signer = new TokenSigner({
  ...common,
  secret,
  lifetimeMs: 900_000,
  now: () => start,
});

interface Signing {
  readonly alg?: string;
  readonly key?: Uint8Array | KeyObject;
  readonly kid?: string;
}

/** A token that is good unless something of it is changed. */
const token = (
  claims: Record<string, unknown> = {},
  { alg = 'HS256', key = Buffer.from(secret), ...header }: Signing = {},
): Promise<string> =>
  new SignJWT({
    iss: 'go-coffee',
    aud: 'go-coffee',
    sub: 'ada',
    roles: ['customer'],
    exp: seconds(start) + 900,
    ...claims,
  })
    .setProtectedHeader({ alg, ...header })
    .sign(key);

const refused = { code: 'token-invalid', status: 401 };

it('tells who the bearer is, what she may, and until when', async () => {
  const identity = await shared.verify(await signer.sign('ada', ['customer', 'barista']));
  expect(identity).toEqual({
    subject: 'ada',
    roles: new Set(['customer', 'barista']),
    expiresAt: start.getTime() + 900_000,
  });
});

describe('a token that was good before', () => {
  // The clock of the verifier, in seconds after the start.
  let passed = 0;
  const moving = new TokenVerifier({
    ...{ ...common, keys: { algorithm: 'HS256', secret }, clockToleranceMs: 5_000 },
    now: () => after(passed)(),
  });

  it('is good until it ends, and no longer', async () => {
    const made = await token({ exp: seconds(start) + 100 });
    passed = 90;
    expect(await moving.verify(made)).toBe(await moving.verify(made));
    passed = 106;
    await expect(moving.verify(made)).rejects.toMatchObject(refused);
  });

  it('is looked at again after a minute', async () => {
    const made = await token();
    passed = 0;
    const first = await moving.verify(made);
    passed = 59;
    expect(await moving.verify(made)).toBe(first);
    passed = 61;
    const again = await moving.verify(made);
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });

  it('says nothing for one with the same claims and another signature', async () => {
    passed = 0;
    const made = await token();
    await moving.verify(made);
    const [head, claims] = made.split('.');
    const forged = `${head}.${claims}.${Buffer.alloc(32).toString('base64url')}`;
    await expect(moving.verify(forged)).rejects.toMatchObject(refused);
  });
});

it('knows only the roles of this platform', async () => {
  const { roles } = await shared.verify(await token({ roles: ['root', 7, 'barista'] }));
  expect(roles).toEqual(new Set(['barista']));
});

describe('a shared secret', () => {
  // Guard: each is an attack, or a mistake that would be one.
  test.each<[string, () => Promise<string> | string]>([
    ['no signature at all', () => new UnsecuredJWT({ sub: 'ada', roles: ['operator'] }).encode()],
    [
      'alg none with good claims',
      async () => {
        const [, payload] = (await token()).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      },
    ],
    ['another secret', () => token({}, { key: Buffer.from('x'.repeat(40)) })],
    ['another algorithm with the right secret', () => token({}, { alg: 'HS512', key: Buffer.from(secret) })],
    ['another audience', () => token({ aud: 'somebody-else' })],
    ['no audience', () => token({ aud: undefined })],
    ['another issuer', () => token({ iss: 'somebody-else' })],
    ['no end', () => token({ exp: undefined })],
    ['a begin that is yet to come', () => token({ nbf: seconds(start) + 600 })],
    ['no subject', () => token({ sub: undefined })],
    ['a subject that is no customer id', () => token({ sub: "ada'; drop table orders" })],
    ['no roles', () => token({ roles: undefined })],
    ['roles that are no list', () => token({ roles: 'operator' })],
    ['something else', () => 'not.a.token'],
  ])('refuses a token with %s', async (_, make) => {
    await expect(shared.verify(await make())).rejects.toMatchObject(refused);
  });

  it('refuses claims that were changed', async () => {
    const [header, payload = '', signature] = (await token()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, roles: ['operator'] })).toString('base64url');
    await expect(shared.verify(`${header}.${changed}.${signature}`)).rejects.toMatchObject(refused);
  });

  it('says that a token has expired, when the clocks can not be the reason', async () => {
    const keys = { algorithm: 'HS256', secret } as const;
    const made = await token();
    expect((await verifier(keys, after(904)).verify(made)).subject).toBe('ada');
    await expect(verifier(keys, after(906)).verify(made)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('has expired') as string,
    });
  });
});

describe('the keys of an issuer', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  let status = 200;
  const server = createServer(async (_, response) => {
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  let jwksUrl: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  afterAll(() => server.close());
  const fromKeys = (): TokenVerifier => verifier({ algorithm: 'RS256', jwksUrl });

  it('check what it signed', async () => {
    const made = await token({ roles: ['operator'] }, { alg: 'RS256', key: privateKey, kid: 'one' });
    expect((await fromKeys().verify(made)).roles).toEqual(new Set(['operator']));
  });

  // Guard: a public key is known to everybody; taken for a shared secret, everybody could sign with it (RFC 8725, 2.1).
  it('are no shared secret', async () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const [header, payload] = (await token({ roles: ['operator'] }, { kid: 'one' })).split('.');
    const signature = createHmac('sha256', pem).update(`${header}.${payload}`).digest('base64url');
    await expect(fromKeys().verify(`${header}.${payload}.${signature}`)).rejects.toMatchObject(refused);
  });

  it.each([
    ['a key that the issuer does not have', 'two'],
    ['the name of a key of the issuer and another signature', 'one'],
  ])('refuse %s', async (_, kid) => {
    const made = await token({}, { alg: 'RS256', key: stranger, kid });
    await expect(fromKeys().verify(made)).rejects.toMatchObject(refused);
  });

  it('are not doubted because they can not be fetched: that is no fault of the bearer', async () => {
    const made = await token({}, { alg: 'RS256', key: privateKey, kid: 'one' });
    status = 500;
    await expect(fromKeys().verify(made)).rejects.toMatchObject({
      code: 'dependency-unavailable',
      status: 503,
    });
    const nowhere = verifier({ algorithm: 'RS256', jwksUrl: 'http://127.0.0.1:1/keys' });
    await expect(nowhere.verify(made)).rejects.toMatchObject({ code: 'dependency-unavailable' });
    status = 200;
    expect((await fromKeys().verify(made)).subject).toBe('ada');
  });
});
