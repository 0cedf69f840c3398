import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { AgentChaos, chaosRequest } from '#contracts/http/console-agent.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { Faults } from './faults.ts';
import type { RunCoffee } from './run-coffee.ts';
import { SingleRun } from './single-run.ts';

type ChaosRequest = z.infer<typeof chaosRequest>;
type Outcome = Pick<AgentChaos, 'state' | 'verdict'>;

/** Of the report as ./coffee chaos --json writes it (scripts/chaos/report.ts), what is told. */
const written = z.object({
  findings: z.array(z.string()),
  reconciliation: z.object({
    lost: z.int(),
    duplicated: z.int(),
    stuck: z.int(),
    servedUnpaid: z.int(),
    figures: z.object({ accepted: z.int() }),
  }),
});

function verdictIn(report: string): AgentChaos['verdict'] {
  try {
    const { findings, reconciliation } = written.parse(JSON.parse(report));
    const { figures, ...counts } = reconciliation;
    return { accepted: figures.accepted, ...counts, findings };
  } catch {
    // It ended before it came to one: what it said tells why.
    return null;
  }
}

export interface ChaosTools {
  readonly runCoffee: RunCoffee;
  /** What is broken now, by whoever. */
  readonly faults: Pick<Faults, 'list'>;
}

/** `./coffee chaos`, once at a time. */
export class Chaos implements AsyncDisposable {
  readonly #tools: ChaosTools;
  #state: Omit<AgentChaos, 'lines'> = {
    ...{ state: 'never', seed: null, startedAt: null, endedAt: null, verdict: null },
  };
  readonly #run = new SingleRun();

  constructor(tools: ChaosTools) {
    this.#tools = tools;
  }

  get state(): AgentChaos {
    return { ...this.#state, lines: this.#run.lines };
  }

  get running(): boolean {
    return this.#run.isRunning;
  }

  /**
   * @throws AppError `name-taken` while it runs, and while something is broken by hand: a part has one fault at a time, so
   * that a fault of the plan could not be made, which is a finding.
   */
  async start(request: ChaosRequest): Promise<AgentChaos> {
    const broken = (await this.#tools.faults.list()).find(({ endedAt }) => endedAt === null);
    if (this.#run.isRunning) throw new AppError('name-taken', 'There is chaos already; stop it first.');
    if (broken)
      throw new AppError(
        'name-taken',
        `There is a fault already: ${broken.title}. Mend it, or wait for its end.`,
      );
    const seed = request.seed ?? randomInt(2 ** 31);
    const begun = { seed, startedAt: new Date().toISOString(), endedAt: null, verdict: null };
    this.#state = { ...begun, state: 'running' };
    this.#run.start(async (signal) => {
      const outcome = await this.#outcomeOf({ ...request, seed }, signal);
      this.#state = { ...begun, ...outcome, endedAt: new Date().toISOString() };
    });
    return this.state;
  }

  /** Ends it early; resolves when every fault is undone. */
  stop(): Promise<void> {
    return this.#run.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #outcomeOf({ seed, rate, seconds, without }: ChaosRequest, signal: AbortSignal): Promise<Outcome> {
    const args = ['chaos', '--seed', String(seed), '--rate', String(rate), '--duration', `${seconds}s`];
    const left = without.length === 0 ? [] : ['--without', without.join(',')];
    try {
      const { stdout } = await this.#tools.runCoffee([...args, ...left, '--json'], {
        signal,
        // The report is on the other output.
        onLine: (line, output) => output === 'stderr' && this.#run.say(line),
      });
      const verdict = verdictIn(stdout);
      return { state: verdict?.findings.length === 0 ? 'passed' : 'failed', verdict };
    } catch (error) {
      this.#run.sayFailure(error, signal);
      return { state: signal.aborted ? 'stopped' : 'failed', verdict: null };
    }
  }
}
