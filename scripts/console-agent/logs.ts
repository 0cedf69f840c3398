import type { LogLine, LogPage } from '#contracts/http/console.ts';
import type { ContainerLogQuery } from '#contracts/http/console-agent.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { containerLine, logRecord, shown } from '../dev/log-line.ts';
import { tryCompose } from '../docker/compose.ts';
import type { RunResult } from '../docker/run.ts';

/** Of each container, its latest. */
export const mostLines = 5_000;
/** Of what Docker says to one question: a minute of a stack at debug level. */
const mostBytes = 64 * 1024 * 1024;
const withinMs = 10_000;
/** Of a message, and of the value of a field. */
const longestText = 2_000;
const mostFields = 50;

/** Shown in columns of their own, or the same in every line. */
const ownColumns = new Set(['level', 'time', 'name', 'msg', 'trace_id', 'span_id', 'trace_flags']);

const instant = (time: unknown): string | undefined => {
  const at = new Date(typeof time === 'string' ? time : Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};
const short = (value: unknown): string => shown(value).slice(0, longestText);
const byAge = (a: LogLine, b: LogLine): number => (a.at < b.at ? 1 : -1);

/** Picks the lines of `docker compose logs --timestamps` that are asked for, as they come. */
export class LogSearch {
  readonly #query: ContainerLogQuery;
  readonly #seen = new Map<string, number>();
  #bytes = 0;
  #found: LogLine[] = [];
  /** What Docker said last that is no line of a container. */
  complaint = '';

  constructor(query: ContainerLogQuery) {
    this.#query = query;
  }

  /** @returns whether there may be more */
  take(line: string): boolean {
    this.#bytes += line.length;
    const said = containerLine(line);
    if (!said) this.complaint = line;
    else this.#look(said.name, said.text);
    return this.#bytes <= mostBytes;
  }

  /** The newest first. */
  get lines(): LogLine[] {
    return this.#found.toSorted(byAge).slice(0, this.#query.limit);
  }

  /** Whether something may have been left out: more bytes, or older lines of a container that says much. */
  get isPartial(): boolean {
    return this.#bytes > mostBytes || [...this.#seen.values()].some((count) => count >= mostLines);
  }

  #look(service: string, timed: string): void {
    this.#seen.set(service, (this.#seen.get(service) ?? 0) + 1);
    const { service: wanted, text = '', traceId = '', limit } = this.#query;
    // Before it is parsed: most lines are none of those that are looked for.
    if (!timed.includes(text) || !timed.includes(traceId)) return;
    const space = timed.indexOf(' ');
    const [writtenAt, said] = [instant(timed.slice(0, space)), timed.slice(space + 1)];
    const record = logRecord(said);
    if (writtenAt === undefined || (traceId !== '' && record?.trace_id !== traceId)) return;
    // Among all of them only what services say: Kafka and PostgreSQL say much in words of their own.
    if (!record && wanted === undefined) return;
    this.#found.push(record ? toLine(service, writtenAt, record) : asItIs(service, writtenAt, said));
    if (this.#found.length > 10 * limit) this.#found = this.lines;
  }
}

function toLine(service: string, writtenAt: string, record: Readonly<Record<string, unknown>>): LogLine {
  const fields = Object.entries(record).filter(([name]) => !ownColumns.has(name));
  return {
    at: instant(record.time) ?? writtenAt,
    service,
    level: short(record.level ?? 'unknown'),
    message: short(record.msg),
    traceId: typeof record.trace_id === 'string' ? record.trace_id : null,
    fields: Object.fromEntries(fields.slice(0, mostFields).map(([name, value]) => [name, short(value)])),
  };
}

const asItIs = (service: string, at: string, said: string): LogLine => ({
  at,
  service,
  level: 'unknown',
  message: short(said),
  traceId: null,
  fields: {},
});

/** The logs of the Compose stack. */
export interface Logs {
  /** @throws AppError `not-found` for what is no part of the stack, `dependency-unavailable` with what Docker says */
  find(query: ContainerLogQuery, signal: AbortSignal): Promise<LogPage>;
}

/** `docker compose ARGS`, and each line that it says. */
export type AskCompose = (
  args: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly timeoutMs?: number;
    readonly onLine: (line: string) => void;
  },
) => Promise<Pick<RunResult, 'code'>>;

/** Exit codes of `run`: what was stopped after its time. */
const timedOut = 124;

export class ContainerLogs implements Logs {
  readonly #ask: AskCompose;

  constructor(ask: AskCompose) {
    this.#ask = ask;
  }

  async find(query: ContainerLogQuery, signal: AbortSignal): Promise<LogPage> {
    const { service, minutes } = query;
    if (service !== undefined && !(await this.#parts(signal)).includes(service))
      throw new AppError('not-found', `The stack has no part "${service}".`);
    const search = new LogSearch(query);
    const enough = new AbortController();
    const args = ['logs', '--no-color', '--timestamps', '--since', `${minutes}m`, '--tail', `${mostLines}`];
    try {
      const { code } = await this.#ask(
        ['--profile', '*', ...args, ...(service === undefined ? [] : [service])],
        {
          signal: AbortSignal.any([signal, enough.signal]),
          timeoutMs: withinMs,
          onLine: (line) => search.take(line) || enough.abort(),
        },
      );
      if (code !== 0 && code !== timedOut)
        throw new AppError('dependency-unavailable', `Docker gives no logs: ${search.complaint}`);
      return { source: 'containers', lines: search.lines, complete: code === 0 && !search.isPartial };
    } catch (error) {
      if (!enough.signal.aborted || signal.aborted) throw error;
      return { source: 'containers', lines: search.lines, complete: false };
    }
  }

  async #parts(signal: AbortSignal): Promise<string[]> {
    const parts: string[] = [];
    await this.#ask(['--profile', '*', 'ps', '--all', '--services'], {
      signal,
      onLine: (line) => parts.push(line),
    });
    return parts;
  }
}

export const composeLogs: Logs = new ContainerLogs((args, options) =>
  tryCompose(args, { ...options, keepOutput: false, killAfterMs: 1_000 }),
);
