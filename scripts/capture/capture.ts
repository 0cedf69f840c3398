import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { check, run } from '../docker/run.ts';
import { Judge, type Judgement } from './judge.ts';
import { packetOf } from './packet.ts';
import { framesOf } from './pcap.ts';

/** A network of Compose, which is a bridge on the machine of the Docker engine. */
interface Network {
  readonly id: string;
  readonly name: string;
}

interface Tap {
  readonly container: string;
  readonly file: string;
  readonly child: ChildProcess;
  /** What tcpdump says. */
  readonly lines: string[];
}

async function networksOf(project: string, signal: AbortSignal): Promise<Network[]> {
  const filter = `label=com.docker.compose.project=${project}`;
  const format = '{{.ID}}\t{{.Name}}';
  const { stdout } = await check('docker', ['network', 'ls', '--filter', filter, '--format', format], {
    signal,
  });
  const networks = stdout.split('\n').flatMap((line) => {
    const [id = '', name = ''] = line.split('\t');
    return id ? [{ id, name }] : [];
  });
  if (networks.length === 0) throw new Error(`Compose's project ${project} has no network to listen on.`);
  return networks;
}

/** Everything that goes over a project's networks, from now on. */
export class Capture implements AsyncDisposable {
  readonly #project: string;
  readonly #folder: string;
  readonly #taps: Tap[] = [];

  private constructor(project: string, folder: string) {
    this.#project = project;
    this.#folder = folder;
  }

  /**
   * Listens on the bridges of the project's networks, from a container in the network of the Docker engine's machine, so
   * that it works where that is a virtual machine, too.
   *
   * @param image with tcpdump.
   * @throws Error when a network can't be listened on
   */
  static async start(project: string, image: string, signal: AbortSignal): Promise<Capture> {
    const networks = await networksOf(project, signal);
    const folder = await mkdtemp(join(tmpdir(), 'go-coffee-capture-'));
    await using parts = new AsyncDisposableStack();
    const capture = parts.use(new Capture(project, folder));
    for (const network of networks) await capture.#listen(network, image, signal);
    parts.move();
    return capture;
  }

  /** Ends it. @param needles texts that must not be seen. @throws Error when something was not captured */
  async stop(needles: readonly string[]): Promise<Judgement> {
    const judge = new Judge(needles);
    for (const tap of this.#taps) {
      await end(tap);
      for await (const frame of framesOf(tap.file)) {
        const packet = packetOf(frame);
        if (packet) judge.take(packet);
      }
    }
    return judge.judgement;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { container, child } of this.#taps) {
      if (child.exitCode === null) await run('docker', ['rm', '--force', container]);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #listen({ id, name }: Network, image: string, signal: AbortSignal): Promise<void> {
    const container = `${this.#project}-capture-${id}`;
    const file = join(this.#folder, `${name}.pcap`);
    const output = await open(file, 'w');
    const capabilities = ['--cap-drop', 'ALL', '--cap-add', 'NET_RAW', '--cap-add', 'NET_ADMIN'];
    // Immediately: what waits in the kernel for a full block would be missing when it ends.
    const promptly = ['--immediate-mode', '-U'];
    const tcpdump = ['-i', `br-${id}`, '-w', '-', ...promptly, '-s', '0', '-B', '262144', '-Z', 'root'];
    const child = spawn(
      'docker',
      [
        ...['run', '--rm', '--name', container, '--network', 'host', '--user', '0', ...capabilities],
        ...['--entrypoint', 'tcpdump', image, ...tcpdump],
      ],
      // A group of its own: Ctrl-C is ours to handle.
      { stdio: ['ignore', output.fd, 'pipe'], detached: true },
    );
    await output.close();
    const lines: string[] = [];
    this.#taps.push({ container, file, child, lines });
    const reader = createInterface({ input: child.stderr as Readable });
    reader.on('line', (line) => lines.push(line));
    await Promise.race([
      waitForLine(reader, /listening on/, signal),
      once(child, 'exit').then(() => {
        throw new Error(`${name} can't be listened on: ${lines.join(' ')}`);
      }),
    ]);
  }
}

async function waitForLine(reader: Interface, pattern: RegExp, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [line] = (await once(reader, 'line', { signal })) as [string];
    if (pattern.test(line)) return;
  }
}

/** Lets tcpdump write what it has. @throws Error when it was too slow and missed something */
async function end({ container, child, lines }: Tap): Promise<void> {
  const ended = child.exitCode === null ? once(child, 'close') : undefined;
  if (ended) await check('docker', ['kill', '--signal', 'INT', container]);
  await ended;
  const text = lines.join(' ');
  const dropped = /(\d+) packets? dropped by kernel/.exec(text)?.[1];
  if (dropped !== '0') throw new Error(`The capture of ${container} is not complete: ${text}`);
}
