import { randomUUID } from 'node:crypto';
import type { RunResult } from '../../../scripts/docker/run.ts';
import { cluster, tools } from '../stage.ts';

const stop = `
const { readdirSync, readFileSync } = require('node:fs');
for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
  const line = readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0');
  if (line[1] === 'scripts/cli/main.ts' && line.includes(process.argv[1])) process.kill(Number(pid), 'SIGUSR2');
}
`;

/** Customers inside of the cluster, who go on until they are told to stop, and what became of their orders. */
export class Traffic {
  readonly #journal: string;
  readonly #running: Promise<RunResult>;

  private constructor(journal: string, running: Promise<RunResult>) {
    this.#journal = journal;
    this.#running = running;
  }

  /**
   * @param rate customers a second, the mean.
   * @param more options of `./coffee traffic`.
   */
  static start(rate: number, ...more: readonly string[]): Traffic {
    const journal = `/tmp/traffic-${randomUUID()}.jsonl`;
    const args = ['--rate', String(rate), '--duration', '40m', '--seed', '7', '--journal', journal, ...more];
    return new Traffic(journal, tools('traffic', ...args));
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
