import type { Redis } from 'ioredis';

/** A cached value with the version that it is of. */
export interface Versioned {
  readonly key: string;
  readonly version: number;
}

// A value is stored as `<version>|<body>`; without a body it only says that older versions are stale. A version that is
// older than the stored one is not written, so that a slow reader can't put back what was invalidated meanwhile.
const putIfNewer = `
for i, key in ipairs(KEYS) do
  local version, body, ttl = tonumber(ARGV[3 * i - 2]), ARGV[3 * i - 1], ARGV[3 * i]
  local stored = redis.call('GETRANGE', key, 0, 15)
  local known = tonumber(string.match(stored, '^(%d+)|')) or -1
  if version > known or (version == known and body ~= '') then
    redis.call('SET', key, version .. '|' .. body, 'PX', ttl)
  end
end`;

/**
 * A cache in Redis of things that have versions. Entries live for a short time only, which bounds how stale an answer
 * can be when an invalidation was lost. Every method rejects when Redis is away.
 */
export class VersionedCache {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** The body of the latest version that was put; undefined when there is none or it was invalidated. */
  async get(key: string): Promise<string | undefined> {
    const stored = await this.#redis.get(key);
    return stored?.slice(stored.indexOf('|') + 1) || undefined;
  }

  /** Stores a body for `ttlMs`, unless a newer version is known. */
  async put({ key, version }: Versioned, body: string, ttlMs: number): Promise<void> {
    await this.#redis.eval(putIfNewer, 1, key, version, body, ttlMs);
  }

  /** Makes whatever is older than these versions stale, in one round trip. */
  async invalidate(entries: readonly Versioned[], ttlMs: number): Promise<void> {
    if (entries.length === 0) return;
    const keys = entries.map(({ key }) => key);
    const values = entries.flatMap(({ version }) => [version, '', ttlMs]);
    await this.#redis.eval(putIfNewer, keys.length, ...keys, ...values);
  }
}
