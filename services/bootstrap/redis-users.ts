import type { Password } from './parts.ts';

// What every client of ioredis does when it connects: its ready check asks for INFO.
const connecting = '+ping +info +hello +auth +client|setname +client|setinfo';

// Counting requests (rate-limiter-flexible), in keys that all services share: a selector, with commands and keys of its
// own.
const limiting = '(~rate-limit:* +set +incrby +pttl +expire +eval +evalsha)';

/**
 * What each user of Redis may do, in Redis' own words: keys, then commands. Commands inside of scripts count as well.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
const rules: Readonly<Record<string, { readonly password: Password; readonly rights: string }>> = {
  producer: {
    password: 'producer-redis-password',
    rights: `~order:* ~order-view:* ~menu:* ${connecting} +get +set +del +eval +evalsha +getrange ${limiting}`,
  },
  // It only makes views stale (platform/redis/versioned-cache.ts).
  consumer: {
    password: 'consumer-redis-password',
    rights: `~order-view:* ${connecting} +eval +evalsha +getrange +set`,
  },
  streams: {
    password: 'streams-redis-password',
    rights: `~analytics-live ${connecting} +get +set +eval +evalsha +getrange ${limiting}`,
  },
  // These only count requests.
  'ai-orchestrator': {
    password: 'ai-orchestrator-redis-password',
    rights: `${connecting} ${limiting}`,
  },
  'web3-payment': {
    password: 'web3-payment-redis-password',
    rights: `${connecting} ${limiting}`,
  },
  // Its own figures, and no key.
  'otel-collector': { password: 'otel-collector-redis-password', rights: connecting },
  // The server's own scripts: health, and new certificates and users.
  redis: { password: 'redis-password', rights: '+ping +config|set +acl|load' },
};

/**
 * The contents of Redis' file of users, which holds no password.
 *
 * @param hashOf gives the SHA-256 of a password, in hexadecimal.
 */
export function redisUsers(hashOf: (name: Password) => string): string {
  const users = Object.entries(rules).map(
    ([user, { password, rights }]) => `user ${user} on #${hashOf(password)} resetchannels -@all ${rights}\n`,
  );
  return `user default off\n${users.join('')}`;
}
