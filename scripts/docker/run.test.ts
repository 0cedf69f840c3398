import { describe, expect, test } from 'vitest';
import { check, mustFinish, RunError, type RunOptions, run } from './run.ts';

const node = process.execPath;
const script = (source: string): string[] => ['-e', source];

describe('run', () => {
  test('collects both outputs, the exit code, and hands over each line', async () => {
    const lines: string[] = [];
    const source = 'console.log("out"); console.error("err"); process.exitCode = 3';
    const result = await run(node, script(source), {
      onLine: (line, output) => lines.push(`${output} ${line}`),
    });
    expect(result).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(lines.sort()).toEqual(['stderr err', 'stdout out']);
  });

  test('knows of what must not be stopped half way, and of nothing else', async () => {
    const whileItRuns = async (options: RunOptions): Promise<boolean> => {
      let seen = false;
      const source = 'console.log("runs")';
      await run(node, script(source), {
        ...options,
        onLine: () => {
          seen = mustFinish();
        },
      });
      return seen;
    };
    expect(await whileItRuns({ uninterruptible: true })).toBe(true);
    expect(await whileItRuns({})).toBe(false);
    expect(mustFinish()).toBe(false);
  });

  test('keeps nothing of what may run for days', async () => {
    const lines: string[] = [];
    const options = { onLine: (line: string) => void lines.push(line), keepOutput: false };
    expect((await run(node, script('console.log("out")'), options)).stdout).toBe('');
    expect(lines).toEqual(['out']);
  });

  test('passes input and environment', async () => {
    const source = 'process.stdin.on("data", (data) => console.log(process.env.GREETING + data))';
    const result = await run(node, script(source), { input: ' world', env: { GREETING: 'hello' } });
    expect(result.stdout).toBe('hello world\n');
  });

  test('reports a missing program as code 127', async () => {
    expect((await run('no-such-program', [])).code).toBe(127);
  });

  test('stops the child when the signal aborts', async () => {
    const controller = new AbortController();
    const running = run(node, script('console.log("up"); setInterval(() => 0, 1000)'), {
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    await expect(running).rejects.toThrow(/abort/i);
  });

  test('stops the child after the time-out', async () => {
    const result = await run(node, script('setInterval(() => 0, 1000)'), { timeoutMs: 200 });
    expect(result.code).toBe(124);
  });
});

describe('check', () => {
  test('throws with the last lines of the output', async () => {
    const failing = check(node, script('console.error("no space left"); process.exitCode = 1'));
    await expect(failing).rejects.toThrow(/exit code 1[\s\S]*no space left/);
    await expect(failing).rejects.toBeInstanceOf(RunError);
  });
});
