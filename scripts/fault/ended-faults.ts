import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const endedFault = z.object({
  id: z.string(),
  service: z.string(),
  kind: z.string(),
  /** RFC 3339. */
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
});
/** A fault that was made and undone. */
export type EndedFault = z.infer<typeof endedFault>;

/** How many are told of, for marks on charts. */
const mostTold = 200;
/** Room for more than those in each file. */
const mostBytes = 64 * 1024;

/**
 * Faults that have ended, a line of JSON each, written by whoever undid them. A file that is full takes the place of the one
 * before: two of them hold the latest, and nobody has to rewrite what another process appends to.
 */
export class EndedFaults {
  readonly #folder: string;
  readonly #mostBytes: number;

  constructor(folder: string, most = mostBytes) {
    this.#folder = folder;
    this.#mostBytes = most;
  }

  async add(fault: EndedFault): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const size = await stat(this.#path).then(
      (found) => found.size,
      orIfAbsent(() => 0),
    );
    // Another process may have been quicker: then there is nothing to move any more.
    if (size >= this.#mostBytes)
      await rename(this.#path, this.#pathBefore).catch(orIfAbsent(() => undefined));
    // A line in one piece: several processes may append at once.
    await appendFile(this.#path, `${JSON.stringify(fault)}\n`);
  }

  /** The latest, newest first; each once, by when it was undone first. */
  async all(): Promise<EndedFault[]> {
    const texts = await Promise.all([this.#pathBefore, this.#path].map(read));
    const byId = new Map<string, EndedFault>();
    for (const line of texts.join('').split('\n')) {
      const fault = faultIn(line);
      if (fault && !byId.has(fault.id)) byId.set(fault.id, fault);
    }
    return [...byId.values()].toSorted((a, b) => (a.endedAt < b.endedAt ? 1 : -1)).slice(0, mostTold);
  }

  get #path(): string {
    return join(this.#folder, 'ended.jsonl');
  }

  get #pathBefore(): string {
    return join(this.#folder, 'ended-before.jsonl');
  }
}

const orIfAbsent =
  <T>(value: () => T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return value();
    throw error;
  };

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(orIfAbsent(() => ''));

/** Undefined for a line that was cut, as by a machine that lost its power: it is one mark on a chart. */
function faultIn(line: string): EndedFault | undefined {
  try {
    return endedFault.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
