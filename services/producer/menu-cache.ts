import type { Menu } from '#contracts/http/menu.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import { entityTagOf } from '#platform/http/entity-tag.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { indexMenu, type MenuIndex } from './domain/menu-index.ts';

/** A menu and which one it is: a restored database may have another menu of the same version. */
export interface RevisedMenu {
  readonly revision: string;
  readonly menu: Menu;
}

/** Where the menu comes from. */
export interface MenuSource {
  /** Changes with every change of the menu. */
  revision(): Promise<string>;
  load(): Promise<RevisedMenu>;
}

export interface MenuSnapshot extends MenuIndex {
  /** Of the content, in quotes: two menus of one version (a restored database) differ. */
  readonly etag: string;
}

const firstLoadRetryMs = 500;

/**
 * The menu in memory, so that accepting an order asks no database: loaded at start, refreshed when its revision
 * changes. While the source is away the last menu stays.
 */
export class MenuCache implements Disposable {
  readonly #source: MenuSource;
  readonly #intervalMs: number;
  readonly #log: Logger;
  #snapshot: MenuSnapshot | undefined;
  #revision: string | undefined;
  #lastError: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(source: MenuSource, intervalMs: number, log: Logger) {
    this.#source = source;
    this.#intervalMs = intervalMs;
    this.#log = log;
  }

  /** Starts loading and refreshing in the background. */
  start(): void {
    void this.#poll();
  }

  /** @throws AppError `dependency-unavailable` before the first load. */
  get current(): MenuSnapshot {
    if (this.#snapshot) return this.#snapshot;
    const reason = this.#lastError ? `: ${this.#lastError}` : '';
    throw new AppError('dependency-unavailable', 'The menu is not loaded yet.', {
      retryAfterSeconds: 1,
      cause: new Error(`no menu${reason}`),
    });
  }

  /** Looks at the revision and loads the menu when it is another one. */
  async refresh(): Promise<void> {
    if (this.#revision !== undefined && (await this.#source.revision()) === this.#revision) return;
    const { menu, revision } = await this.#source.load();
    this.#revision = revision;
    this.#snapshot = { ...indexMenu(menu), etag: entityTagOf(JSON.stringify(menu)) };
    this.#log.info({ menuVersion: menu.version, products: menu.products.length }, 'menu loaded');
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    try {
      await this.refresh();
      this.#lastError = undefined;
    } catch (error) {
      const message = messageOf(error);
      // Reported once for each reason, not once for each attempt.
      if (message !== this.#lastError) this.#log.warn({ error: message }, 'menu not refreshed');
      this.#lastError = message;
    }
    if (this.#disposed) return;
    const delayMs = this.#snapshot ? this.#intervalMs : Math.min(firstLoadRetryMs, this.#intervalMs);
    this.#timer = setTimeout(() => void this.#poll(), delayMs);
    this.#timer.unref();
  }
}
