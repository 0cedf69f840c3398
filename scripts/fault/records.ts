import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { type EndedFault, EndedFaults } from './ended-faults.ts';
import type { Fault } from './fault.ts';

/** What takes an injector's work back. */
export interface InjectorRecord {
  /** The container. */
  readonly name: string;
  readonly image: string;
  /** The options of `docker run` that put another container into its place. */
  readonly options: readonly string[];
  /** A shell script; may be repeated. */
  readonly undo: string;
}

/** A fault that is made or about to be made, as it stands on disk until it is undone. */
export interface FaultRecord {
  readonly id: string;
  readonly project: string;
  readonly service: string;
  readonly containerId: string;
  /** Of the container when the fault began: what is made inside of it ends with it. */
  readonly containerStartedAt: string;
  readonly fault: Fault;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly untilAt: string;
  /** The process that will undo it. */
  readonly pid: number;
  readonly injector?: InjectorRecord;
}

const defaultFolder = join(repositoryRoot, '.coffee', 'faults');

/** The faults of this checkout, one file each: whatever becomes of a process, the next one can undo what it did. */
export class FaultRecords {
  readonly #folder: string;
  readonly #ended: EndedFaults;

  constructor(folder = defaultFolder) {
    this.#folder = folder;
    this.#ended = new EndedFaults(folder);
  }

  /** Makes the record. @returns the one that is there already, if any: a container has one fault at a time */
  async claim(record: FaultRecord): Promise<FaultRecord | undefined> {
    await mkdir(this.#folder, { recursive: true });
    try {
      await using file = await open(this.#path(record), 'wx');
      await file.writeFile(JSON.stringify(record));
      await file.sync();
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const found = await this.#read(this.#path(record));
      return found ?? this.claim(record);
    }
  }

  /** Replaces the record, whole or not at all. */
  async save(record: FaultRecord): Promise<void> {
    const path = `${this.#path(record)}.${record.id}.new`;
    await using file = await open(path, 'w');
    await file.writeFile(JSON.stringify(record));
    await file.sync();
    await rename(path, this.#path(record));
  }

  /** Whether this very fault is still on record; another process may have undone it. */
  async has(record: FaultRecord): Promise<boolean> {
    return (await this.#read(this.#path(record)))?.id === record.id;
  }

  async remove(record: FaultRecord): Promise<void> {
    await rm(this.#path(record), { force: true });
  }

  /** Forgets a fault that was undone, and remembers that it was. */
  async end(record: FaultRecord, endedAt: Date): Promise<void> {
    const { id, service, fault, startedAt } = record;
    try {
      await this.remember({ id, service, kind: fault.kind, startedAt, endedAt: endedAt.toISOString() });
    } finally {
      await this.remove(record);
    }
  }

  /** For marks on charts: that something was broken, and is not any more. */
  remember(fault: EndedFault): Promise<void> {
    return this.#ended.add(fault);
  }

  /** The latest that were undone, newest first. */
  ended(): Promise<EndedFault[]> {
    return this.#ended.all();
  }

  async all(): Promise<FaultRecord[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const found = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.#read(join(this.#folder, name))),
    );
    return found.filter((record) => record !== undefined);
  }

  #path({ project, service }: FaultRecord): string {
    return join(this.#folder, `${project}.${service}.json`);
  }

  async #read(path: string): Promise<FaultRecord | undefined> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as FaultRecord;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`${path} is no record of a fault; delete it.`, { cause: error });
    }
  }
}

/** How long after its end a fault's own process may still be busy undoing it, in milliseconds. */
const undoWithinMs = 60_000;

/** Whether nobody is left who will undo it. */
export function isAbandoned(record: FaultRecord, nowMs: number, isAlive: (pid: number) => boolean): boolean {
  // Process ids are used again: long after its end whatever runs under this one is another.
  return !isAlive(record.pid) || nowMs > Date.parse(record.untilAt) + undoWithinMs;
}

export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
