import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { AgentFaultKind, AgentFaults, faultRequest } from '#contracts/http/console-agent.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import type { FaultsElsewhere } from './faults-elsewhere.ts';
import { lastLines, type RunCoffee } from './run-coffee.ts';

type FaultRequest = z.infer<typeof faultRequest>;
type Shown = AgentFaults['faults'][number];

/** How many that have ended are remembered, for marks on charts. */
const mostRemembered = 200;

interface Fault {
  shown: Shown;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** The command that makes a fault; undefined for what is done by `reorganise`. */
function commandOf({ kind, service, seconds }: FaultRequest): readonly string[] | undefined {
  if (kind === 'chain-reorg') return undefined;
  // A model that takes the request and never answers: frozen, it can't.
  if (kind === 'model-timeout') return ['fault', 'pause', 'ollama', '--for', `${seconds}s`];
  return ['fault', kind, service, '--for', `${seconds}s`];
}

/** Whose container a fault of the chain, or of the model, is made in. */
const partOf: Readonly<Partial<Record<AgentFaultKind, string>>> = {
  'chain-reorg': 'anvil',
  'model-timeout': 'ollama',
};

export interface FaultTools {
  readonly runCoffee: RunCoffee;
  /** Throws the newest blocks of the local chain away. */
  readonly reorganise: (signal: AbortSignal) => Promise<void>;
  readonly elsewhere: Pick<FaultsElsewhere, 'list'>;
  /** The names of the parts of the stack. */
  readonly parts: () => Promise<readonly string[]>;
  readonly now?: () => Date;
}

const noModel =
  'This stack has no model: it starts as the service ollama with COMPOSE_PROFILES=full,llm and AI_PROVIDER=openai-compatible ' +
  '(docs/agents.md). Without one, agents answer by rules of their own, which need no time.';

const now = (): Date => new Date();

/** What is broken on purpose through the console: each by a command that mends it, whichever way this process ends. */
export class Faults implements AsyncDisposable {
  readonly #tools: FaultTools;
  readonly #now: () => Date;
  #all: Fault[] = [];

  constructor(tools: FaultTools) {
    this.#tools = tools;
    this.#now = tools.now ?? now;
  }

  /** Newest first; those of commands in a terminal among them. @throws Error when what is on disk can't be read */
  async list(): Promise<Shown[]> {
    const own = this.#all.map(({ shown }) => shown);
    const others = await this.#tools.elsewhere.list(own, this.#now());
    return [...own, ...others].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  /**
   * @throws AppError `name-taken` while that part has a fault: it has one at a time; `not-found` for a model where there is none.
   */
  async start(request: FaultRequest): Promise<Shown> {
    const service = partOf[request.kind] ?? request.service;
    if (request.kind === 'model-timeout' && !(await this.#tools.parts()).includes(service))
      throw new AppError('not-found', noModel);
    const other = this.#all.find(({ shown }) => shown.service === service && shown.endedAt === null);
    if (other) throw new AppError('name-taken', `${service} has a fault already: ${other.shown.title}.`);
    const stop = new AbortController();
    const shown: Shown = {
      id: randomUUID(),
      title: `${request.kind} on ${service}`,
      kind: request.kind,
      service,
      startedAt: this.#now().toISOString(),
      endedAt: null,
      problem: null,
    };
    const fault: Fault = {
      shown,
      stop,
      ended: this.#hold(request, stop.signal).then((problem) => end(problem)),
    };
    const end = (problem: string | null): void => {
      fault.shown = { ...fault.shown, endedAt: this.#now().toISOString(), problem };
    };
    this.#all = [fault, ...this.#all].slice(0, mostRemembered);
    return shown;
  }

  /** Mends everything that was broken here; resolves when it is mended. */
  async clear(): Promise<void> {
    for (const { stop } of this.#all) stop.abort();
    await Promise.all(this.#all.map(({ ended }) => ended));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.clear();
  }

  /** @returns what went wrong, if anything did. */
  async #hold(request: FaultRequest, signal: AbortSignal): Promise<string | null> {
    const command = commandOf(request);
    try {
      if (!command) {
        await this.#tools.reorganise(signal);
        return null;
      }
      const lines: string[] = [];
      const { code } = await this.#tools.runCoffee(command, { signal, onLine: (line) => lines.push(line) });
      return code === 0 ? null : lastLines(lines, 3).join(' ');
    } catch (error) {
      // It was told to end, and the command has mended what it broke.
      return signal.aborted ? null : messageOf(error);
    }
  }
}
