import type { AuditEntry } from './audit-entry.ts';
import { byPosition, type Letter } from './letter.ts';

/**
 * - `new`: nothing was done about it.
 * - `replayed`: its message was published again.
 * - `returned`: its replay could not be processed either; there is another letter for that.
 * - `purged`: given up; its partition still holds it because of older letters.
 */
export const letterStates = ['new', 'replayed', 'returned', 'purged'] as const;
export type LetterState = (typeof letterStates)[number];

/** All dead letters with what was done about them. */
export class LetterBook {
  readonly letters: readonly Letter[];
  readonly #returned: ReadonlySet<string>;
  readonly #trail: ReadonlyMap<string, readonly AuditEntry[]>;

  constructor(letters: readonly Letter[], audit: readonly AuditEntry[]) {
    this.letters = [...letters].sort(byPosition);
    this.#returned = new Set(letters.flatMap(({ replayOf }) => replayOf ?? []));
    this.#trail = Map.groupBy(audit, ({ letter }) => letter);
  }

  /** What was done about a letter, oldest first. */
  trailOf(letter: Letter): readonly AuditEntry[] {
    return this.#trail.get(letter.position) ?? [];
  }

  stateOf(letter: Letter): LetterState {
    const done = (wanted: AuditEntry['action']): boolean =>
      this.trailOf(letter).some(({ action, outcome }) => action === wanted && outcome === 'done');
    if (done('purge')) return 'purged';
    // A letter that came back proves the replay, also one that broke off before its audit entry.
    if (this.#returned.has(letter.position)) return 'returned';
    return done('replay') ? 'replayed' : 'new';
  }

  /**
   * For each partition up to which offset (excluded) every letter is purged: Kafka deletes records from the beginning of
   * a partition only, and nothing may go that nobody gave up. Partitions where that is none are left out.
   */
  purgedPrefixes(): { readonly topic: string; readonly partition: number; readonly offset: string }[] {
    const partitions = Map.groupBy(this.letters, ({ message }) => `${message.topic}/${message.partition}`);
    return [...partitions.values()].flatMap((letters) => {
      const firstKept = letters.findIndex((letter) => this.stateOf(letter) !== 'purged');
      const last = letters[(firstKept === -1 ? letters.length : firstKept) - 1]?.message;
      if (!last) return [];
      const { topic, partition, offset } = last;
      return [{ topic, partition, offset: String(Number(offset) + 1) }];
    });
  }
}
