/**
 * Progress for people and for logs: a line when a step starts, a line with its time when it ends. In a terminal the
 * running steps, also several at once, share one live line with their seconds, so that nothing over two seconds looks
 * hung.
 */
export interface Step {
  /** Adds a line below the running step, for example the last line of a build's output. */
  note(text: string): void;
}

interface RunningStep {
  title: string;
  startedAt: number;
  detail: string;
}

/** There is one terminal, so there is one list of what runs in it. */
const running = new Set<RunningStep>();
let timer: NodeJS.Timeout | undefined;

const live = (): boolean => process.stderr.isTTY === true;
const seconds = (startedAt: number): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
const clearLine = '\r\x1b[2K';

/** Control characters of a build's output would move the cursor. */
function printable(text: string): string {
  return Array.from(text, (letter) => (letter < ' ' || letter === '\x7f' ? ' ' : letter)).join('');
}

function drawLiveLine(): void {
  if (running.size === 0) return;
  const steps = [...running].map(({ title, startedAt, detail }) =>
    `${title} (${seconds(startedAt)}) ${detail}`.trim(),
  );
  const line = printable(`… ${steps.join(' | ')}`);
  process.stderr.write(`${clearLine}${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

/** Writes a line to standard error, above the live line where there is one. */
export function say(text = ''): void {
  if (!live() || running.size === 0) {
    process.stderr.write(`${text}\n`);
    return;
  }
  process.stderr.write(`${clearLine}${text}\n`);
  drawLiveLine();
}

function begin(step: RunningStep): void {
  if (!live()) say(`… ${step.title}`);
  running.add(step);
  if (live()) timer ??= setInterval(drawLiveLine, 250);
}

function end(step: RunningStep, outcome: string): void {
  running.delete(step);
  if (running.size === 0) {
    clearInterval(timer);
    timer = undefined;
    if (live()) process.stderr.write(clearLine);
  }
  say(outcome);
}

/** Runs `work` and reports it as one step. Errors pass through, after a line that says which step failed. */
export async function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
  const self: RunningStep = { title, startedAt: performance.now(), detail: '' };
  begin(self);
  const note = (text: string): void => {
    self.detail = text;
    if (!live()) say(`    ${text}`);
  };
  try {
    const result = await work({ note });
    end(self, `✓ ${title} (${seconds(self.startedAt)})`);
    return result;
  } catch (error) {
    end(self, `✗ ${title} (after ${seconds(self.startedAt)})`);
    throw error;
  }
}
