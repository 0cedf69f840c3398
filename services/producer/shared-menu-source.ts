import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { menu } from '#contracts/http/menu.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { MenuSource, RevisedMenu } from './menu-cache.ts';

const revisedMenu = z.object({ revision: z.string(), menu });

/** The commands of Redis that are used here: ioredis has them. */
export interface MenuRedis {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, px: 'PX', ttlMs: number): Promise<string | null>;
  set(key: string, value: string, px: 'PX', ttlMs: number, nx: 'NX'): Promise<string | null>;
}

const latestKey = 'menu:latest';
const lockKey = (revision: string): string => `menu:loading:${revision}`;
const keptMs = 24 * 3_600_000;
/** How long one replica has for loading; the others look for its result meanwhile. */
const loadingMs = 2_000;
const lookAgainMs = 50;

/**
 * Shares the menu among replicas by Redis: when it changes one of them loads it from PostgreSQL, and a replica that
 * starts while PostgreSQL is away takes the latest known one. Without Redis each replica asks PostgreSQL.
 */
export class SharedMenuSource implements MenuSource {
  readonly #source: MenuSource;
  readonly #redis: MenuRedis;
  readonly #log: Logger;

  constructor(source: MenuSource, redis: MenuRedis, log: Logger) {
    this.#source = source;
    this.#redis = redis;
    this.#log = log;
  }

  revision(): Promise<string> {
    return this.#source.revision();
  }

  /** @throws what PostgreSQL says, when it is away and Redis knows no menu. */
  async load(): Promise<RevisedMenu> {
    let revision: string;
    try {
      revision = await this.#source.revision();
    } catch (error) {
      const latest = await this.#latest();
      if (!latest) throw error;
      this.#log.warn({ error: messageOf(error), revision: latest.revision }, 'menu taken from redis');
      return latest;
    }
    const shared = await this.#latest();
    if (shared?.revision === revision) return shared;
    return (await this.#mayLoad(revision)) ? this.#loadAndShare() : this.#awaitOther(revision);
  }

  async #loadAndShare(): Promise<RevisedMenu> {
    const loaded = await this.#source.load();
    await this.#tried(() => this.#redis.set(latestKey, JSON.stringify(loaded), 'PX', keptMs));
    return loaded;
  }

  async #awaitOther(revision: string): Promise<RevisedMenu> {
    const deadline = performance.now() + loadingMs;
    while (performance.now() < deadline) {
      const shared = await this.#latest();
      if (shared?.revision === revision) return shared;
      await delay(lookAgainMs);
    }
    return this.#source.load();
  }

  /** True for the first who asks, and when Redis can't tell. */
  async #mayLoad(revision: string): Promise<boolean> {
    const answer = await this.#tried(() => this.#redis.set(lockKey(revision), '1', 'PX', loadingMs, 'NX'));
    return answer !== null;
  }

  async #latest(): Promise<RevisedMenu | undefined> {
    return this.#tried(async () => {
      const text = await this.#redis.get(latestKey);
      return text === null ? undefined : revisedMenu.parse(JSON.parse(text));
    });
  }

  /** Undefined when Redis is of no help. */
  async #tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#log.debug({ error: messageOf(error) }, 'shared menu failed');
      return undefined;
    }
  }
}
