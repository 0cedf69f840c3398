import { randomUUID } from 'node:crypto';
import { poll } from '#platform/testing/poll.ts';
import type { RunResult } from '../../../scripts/docker/run.ts';
import { cluster, tools } from '../stage.ts';

const stop = `
const { readdirSync, readFileSync } = require('node:fs');
for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
  const line = readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0');
  if (line[1] === 'scripts/cli/main.ts' && line.includes(process.argv[1])) process.kill(Number(pid), 'SIGUSR2');
}
`;

const lines = `
const { existsSync, readFileSync } = require('node:fs');
const path = process.argv[1];
console.log(existsSync(path) ? readFileSync(path, 'utf8').split('\\n').length : 0);
`;

/** Customers inside of the cluster, who go on until they are told to stop, and what became of their orders. */
export class Traffic {
  readonly #journal: string;
  readonly #running: Promise<RunResult>;
  #ended = false;

  private constructor(journal: string, running: Promise<RunResult>) {
    this.#journal = journal;
    this.#running = running.finally(() => {
      this.#ended = true;
    });
  }

  /**
   * Resolves when the first of them has ordered. What was disrupted just before may not be ready for them yet.
   * @param rate customers a second, the mean.
   * @param more options of `./coffee traffic`.
   * @throws Error when nobody can order for three minutes
   */
  static async start(rate: number, ...more: readonly string[]): Promise<Traffic> {
    let traffic = Traffic.#begin(rate, more);
    await poll(
      async () => {
        if (traffic.#ended) traffic = Traffic.#begin(rate, more);
        return traffic.#hasOrders();
      },
      { deadlineMs: 180_000, intervalMs: 2_000, what: 'the first order' },
    );
    return traffic;
  }

  static #begin(rate: number, more: readonly string[]): Traffic {
    const journal = `/tmp/traffic-${randomUUID()}.jsonl`;
    const args = ['--rate', String(rate), '--duration', '40m', '--seed', '7', '--journal', journal, ...more];
    return new Traffic(journal, tools('traffic', ...args));
  }

  async #hasOrders(): Promise<boolean> {
    const { stdout } = await cluster.exec('tools', ['/nodejs/bin/node', '-e', lines, this.#journal]);
    return Number(stdout) > 10;
  }

  /**
   * Ends the day, lets the baristas serve what was ordered, and compares every answer with Kafka and PostgreSQL.
   * @returns what traffic and reconcile said last.
   * @throws Error when nothing was accepted: nothing can be lost of nothing.
   */
  async stopAndReconcile(): Promise<{ traffic: string; reconcile: string; wrongAnswers: number }> {
    await cluster.exec('tools', ['/nodejs/bin/node', '-e', stop, this.#journal]);
    const { stdout, stderr } = await this.#running;
    const accepted = Number(/^Answers +(\d+) accepted/m.exec(stdout)?.[1] ?? 0);
    if (accepted === 0) throw new Error(`Nobody's order was accepted: ${stdout}${stderr}`);
    const wrong = [...stdout.matchAll(/^Error +(\d+) ×/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    const { stdout: report, stderr: progress } = await tools('reconcile', '--journal', this.#journal);
    return { traffic: stdout || stderr, reconcile: report || progress, wrongAnswers: wrong };
  }
}

/** The verdict of `reconcile`: its last line. */
export const verdict = (report: string): string => report.trim().split('\n').at(-1) ?? '';
