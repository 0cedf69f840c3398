import { describe, expect, it } from 'vitest';
import { testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { urlsOf } from './chains.ts';
import { loadWeb3PaymentConfig } from './config.ts';

const address = `0x${'a'.repeat(40)}`;
const chain = {
  name: 'local',
  chainId: 31_337,
  rpcUrls: ['https://node:8545'],
  confirmations: 3,
  contract: address,
  tokens: [{ symbol: 'USDC', address, decimals: 6, par: true }],
};
const local = 'service.namespace=go-coffee,deployment.environment.name=local';
const environment = (change: Record<string, string> = {}) => ({
  ...testIdentityEnvironment,
  KAFKA_BROKERS: 'kafka:9092',
  DATABASE_HOST: 'postgres',
  DATABASE_USER: 'web3-payment',
  DATABASE_PASSWORD: 'x',
  REDIS_HOST: 'redis',
  REDIS_PASSWORD: 'x',
  CHAINS: JSON.stringify([chain]),
  MERCHANT_KEY: `0x${'1'.repeat(64)}`,
  OPERATOR_KEY: Buffer.alloc(32, 2).toString('base64url'),
  DEMO_WALLET_KEY: `0x${'3'.repeat(64)}`,
  OTEL_RESOURCE_ATTRIBUTES: local,
  ...change,
});

it('reads chains, and keys as wallets and as bootstrap write them', () => {
  const config = loadWeb3PaymentConfig(environment());
  expect(config.CHAINS[0]).toMatchObject({ name: 'local', confirmations: 3, firstBlock: 0, internal: false });
  expect(config.OPERATOR_KEY).toBe(`0x${'02'.repeat(32)}`);
});

// Guard: everybody who is signed in can have the demo wallet pay.
it.each(['staging', 'production'])('has no demo wallet in %s', (name) => {
  const attributes = `deployment.environment.name=${name}`;
  const JWT_SECRET = Buffer.from(Array.from({ length: 48 }, (_, index) => index * 5)).toString('base64url');
  const config = loadWeb3PaymentConfig(environment({ OTEL_RESOURCE_ATTRIBUTES: attributes, JWT_SECRET }));
  expect(config.DEMO_WALLET_KEY).toBeUndefined();
});

describe('refuses', () => {
  it.each([
    ['no JSON', '{', 'CHAINS: must be a JSON list'],
    ['a chain twice', JSON.stringify([chain, { ...chain, chainId: 1 }]), 'must not name a chain twice'],
    [
      'a chain id twice',
      JSON.stringify([chain, { ...chain, name: 'other' }]),
      'must not have a chain id twice',
    ],
    [
      'a token twice',
      JSON.stringify([{ ...chain, tokens: [chain.tokens[0], chain.tokens[0]] }]),
      'must not name a token',
    ],
    [
      'a token whose price nobody tells',
      JSON.stringify([{ ...chain, tokens: [{ symbol: 'ETH', decimals: 18 }] }]),
      'must have a priceFeed',
    ],
    ['an address that is none', JSON.stringify([{ ...chain, contract: '0x1' }]), 'must be 0x and 40'],
  ])('%s', (_, chains, message) => {
    expect(() => loadWeb3PaymentConfig(environment({ CHAINS: chains }))).toThrow(message);
  });

  // Guard: a wrong key is still a secret.
  it('a key that is none, without saying it', () => {
    const wrong = `0x${'4'.repeat(63)}`;
    try {
      loadWeb3PaymentConfig(environment({ MERCHANT_KEY: wrong }));
    } catch (error) {
      expect(String(error)).toContain('MERCHANT_KEY: must be 0x and 64');
      expect(String(error)).not.toContain(wrong);
      return;
    }
    throw new Error('it was taken');
  });
});

it('calls a node of the platform as its TLS says, and others as they are given', () => {
  const [definition] = loadWeb3PaymentConfig(environment()).CHAINS;
  if (!definition) throw new Error('there is a chain');
  expect(urlsOf({ ...definition, internal: true }, false)).toEqual(['http://node:8545']);
  expect(urlsOf(definition, false)).toEqual(['https://node:8545']);
});
