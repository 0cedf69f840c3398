/**
 * Progress for people and for logs: a line when a step starts, a line with its time when it ends. In a terminal a
 * running step shows its seconds, so that nothing over two seconds looks hung.
 */
export interface Step {
  /** Adds a line below the running step, for example the last line of a build's output. */
  note(text: string): void;
}

const seconds = (startedAt: number): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

export function say(text = ''): void {
  process.stderr.write(`${text}\n`);
}

/** Runs `work` and reports it as one step. Errors pass through, after a line that says which step failed. */
export async function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const live = process.stderr.isTTY === true;
  const clear = (): void => {
    if (live) process.stderr.write('\r\x1b[2K');
  };
  let detail = '';
  if (!live) say(`… ${title}`);
  const timer = live
    ? setInterval(() => {
        const line = `… ${title} (${seconds(startedAt)}) ${detail}`;
        process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
      }, 250)
    : undefined;
  try {
    const result = await work({
      note(text) {
        if (live) detail = text;
        else say(`    ${text}`);
      },
    });
    clear();
    say(`✓ ${title} (${seconds(startedAt)})`);
    return result;
  } catch (error) {
    clear();
    say(`✗ ${title} (after ${seconds(startedAt)})`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
