import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { say } from '../cli/progress.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { processIsAlive } from '../fault/records.ts';
import { ApiClient, NoReplyError } from '../stack/api-client.ts';

/** The document of the agent's API says who it is. */
export const agentTitle = 'Go Coffee: console agent';

const record = z.object({ pid: z.int(), port: z.int() });
type AgentRecord = z.infer<typeof record>;

const recordFile = join(repositoryRoot, '.coffee', 'console-agent.json');
const logFile = join(repositoryRoot, '.coffee', 'console-agent.log');
const program = join(repositoryRoot, 'scripts', 'console-agent', 'main.ts');

const readyWithinMs = 20_000;
/** Faults are mended first, each in at most a minute. */
const endsWithinMs = 70_000;

export async function writeRecord(agent: AgentRecord): Promise<void> {
  await mkdir(dirname(recordFile), { recursive: true });
  await writeFile(recordFile, JSON.stringify(agent));
}

export const removeRecord = (): Promise<void> => rm(recordFile, { force: true });

async function readRecord(): Promise<AgentRecord | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(recordFile, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether an agent answers at a port of this machine. */
export async function agentAnswers(port: number): Promise<boolean> {
  using client = new ApiClient(new URL(`http://127.0.0.1:${port}`), 1);
  try {
    const { body } = await client.send({ method: 'GET', path: '/openapi.json', timeoutMs: 2_000 });
    return z.object({ info: z.object({ title: z.literal(agentTitle) }) }).safeParse(body).success;
  } catch (error) {
    if (error instanceof NoReplyError) return false;
    throw error;
  }
}

/** Whether the agent of this checkout runs. */
export async function agentRuns(): Promise<boolean> {
  const agent = await readRecord();
  return agent !== undefined && processIsAlive(agent.pid) && (await agentAnswers(agent.port));
}

/** Ends the agent of this checkout, if there is one; what it broke is mended first. */
export async function stopAgent(signal: AbortSignal): Promise<void> {
  const agent = await readRecord();
  if (!agent) return;
  // Else the process of this id is another by now, and must not be ended.
  if (await agentRuns()) {
    process.kill(agent.pid, 'SIGTERM');
    const deadline = performance.now() + endsWithinMs;
    while (processIsAlive(agent.pid) && performance.now() < deadline && !signal.aborted)
      await pause(100, signal);
  }
  await removeRecord();
}

/**
 * Starts the agent, in the place of one that runs: it outlives this command, until `./coffee down`.
 *
 * @returns whether it did; why not is said. The stack is served without it.
 */
export async function startAgent(port: number, signal: AbortSignal): Promise<boolean> {
  await stopAgent(signal);
  await mkdir(dirname(logFile), { recursive: true });
  await using log = await open(logFile, 'w');
  const child = spawn(process.execPath, [program, String(port)], {
    cwd: repositoryRoot,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let exit: string | undefined;
  child.once('exit', (code) => {
    exit = `it ended with exit code ${code}`;
  });
  child.once('error', (error) => {
    exit = error.message;
  });
  child.unref();
  const deadline = performance.now() + readyWithinMs;
  // Its own record, not an answer at the port: that may be an agent of another checkout.
  while (exit === undefined && performance.now() < deadline && !signal.aborted) {
    if ((await readRecord())?.pid === child.pid) return true;
    await pause(50, signal);
  }
  signal.throwIfAborted();
  const why = exit ?? `not within ${readyWithinMs / 1_000} s`;
  say(`  The console's agent did not start (${why}): .coffee/console-agent.log says why.`);
  return false;
}
