import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { say } from '../cli/progress.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { processIsAlive } from '../fault/records.ts';
import { ApiClient, NoReplyError } from '../stack/api-client.ts';
import { waitForUrl } from '../stack/wait-for-url.ts';

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

const addressOf = ({ port }: Pick<AgentRecord, 'port'>): URL => new URL(`http://127.0.0.1:${port}`);

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

/** Whether an agent answers there: the process of this id may be another by now, and must not be ended then. */
async function answers(agent: AgentRecord): Promise<boolean> {
  using client = new ApiClient(addressOf(agent), 1);
  try {
    const { body } = await client.send({ method: 'GET', path: '/openapi.json', timeoutMs: 2_000 });
    return z.object({ info: z.object({ title: z.literal(agentTitle) }) }).safeParse(body).success;
  } catch (error) {
    if (error instanceof NoReplyError) return false;
    throw error;
  }
}

/** Ends the agent of this checkout, if there is one; what it broke is mended first. */
export async function stopAgent(signal: AbortSignal): Promise<void> {
  const agent = await readRecord();
  if (!agent) return;
  if (processIsAlive(agent.pid) && (await answers(agent))) {
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
  const ended = new AbortController();
  child.once('exit', () => ended.abort());
  child.once('error', () => ended.abort());
  child.unref();
  try {
    const waiting = AbortSignal.any([signal, ended.signal]);
    await waitForUrl(new URL('/openapi.json', addressOf({ port })), readyWithinMs, waiting);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    say(`  The console's agent did not start (${messageOf(error)}): .coffee/console-agent.log says why.`);
    return false;
  }
}
