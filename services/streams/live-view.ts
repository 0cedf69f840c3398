import { type LiveFigures, liveFigures } from '#contracts/http/analytics.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { VersionedCache } from '#platform/redis/versioned-cache.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { type Aggregate, mergedAggregate } from './domain/aggregate.ts';
import { figuresOf } from './domain/figures.ts';
import { paneMs, paneOf } from './domain/windows.ts';

const key = 'analytics-live';
// The figures of a moment ago: longer than a second or two they are wrong, whoever reads them.
const livesForMs = 2_000;

export interface LiveViewParts {
  readonly cache: Pick<VersionedCache, 'get' | 'put'>;
  /** What is known of panes from `from` on, in milliseconds since the epoch: open ones and closed ones, by their start. */
  readonly recentPanes: (from: number) => Promise<readonly RecentPane[]>;
  readonly log: Logger;
}

export interface RecentPane {
  readonly startsAt: number;
  readonly aggregate: Aggregate;
}

/** What is going on right now: kept in Redis, made again from PostgreSQL when it is not there. */
export class LiveView {
  readonly #parts: LiveViewParts;
  #watermark: number | undefined;

  constructor(parts: LiveViewParts) {
    this.#parts = parts;
  }

  /** Makes the view anew. Redis may be away: readers make it themselves then. */
  async refresh(watermark: number | undefined): Promise<void> {
    this.#watermark = watermark;
    await this.#put(await this.#build());
  }

  async read(): Promise<LiveFigures> {
    const kept = await this.#get();
    if (kept) return kept;
    const made = await this.#build();
    await this.#put(made);
    return made;
  }

  async #get(): Promise<LiveFigures | undefined> {
    try {
      const text = await this.#parts.cache.get(key);
      return text === undefined ? undefined : liveFigures.safeParse(JSON.parse(text)).data;
    } catch (error) {
      this.#parts.log.debug({ error: messageOf(error) }, 'live view is not in redis');
      return undefined;
    }
  }

  async #put(figures: LiveFigures): Promise<void> {
    try {
      const version = Date.parse(figures.asOf);
      await this.#parts.cache.put({ key, version }, JSON.stringify(figures), livesForMs);
    } catch (error) {
      this.#parts.log.debug({ error: messageOf(error) }, 'live view was not put into redis');
    }
  }

  async #build(): Promise<LiveFigures> {
    const now = Date.now();
    const from = (panes: number): number => paneOf(now) - (panes - 1) * paneMs;
    const panes = await this.#parts.recentPanes(from(30));
    const figuresFrom = (start: number) =>
      figuresOf(
        mergedAggregate(panes.flatMap(({ startsAt, aggregate }) => (startsAt >= start ? [aggregate] : []))),
      );
    const watermark = this.#watermark;
    return {
      asOf: new Date(now).toISOString(),
      watermark:
        watermark !== undefined && Number.isFinite(watermark) ? new Date(watermark).toISOString() : null,
      lastMinute: figuresFrom(from(6)),
      lastFiveMinutes: figuresFrom(from(30)),
    };
  }
}
