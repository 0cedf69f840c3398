import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGrpcReceiver } from '#platform/testing/otlp-receiver.ts';
import { poll } from '#platform/testing/poll.ts';
import { round, warmUp } from '../bench/accept/closed-loop.ts';
import { benchCustomers } from '../bench/accept/customers.ts';
import { startMeasured } from '../bench/child-process.ts';
import { preparePlatform } from '../bench/prepared-platform.ts';
import { cpuProfile, type Frame, frameTree } from './cpu-profile.ts';

const warmUpSeconds = 5;
const imports = ['./platform/telemetry/register.ts', './scripts/profile/record.ts'];

export interface Profiled {
  readonly tree: Frame;
  readonly perSecond: number;
  /** Processor time of an order, in microseconds. */
  readonly cpuMicros: number;
}

/** Where a producer's time goes while it accepts as many orders as it can, with telemetry on. */
export async function profileProducer(seconds: number, note: (text: string) => void): Promise<Profiled> {
  await using platform = await preparePlatform();
  await using collector = await startGrpcReceiver();
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-profile-'));
  const file = join(folder, 'profile.json');
  try {
    const customers = await benchCustomers(platform.tokenSecretFile);
    const producer = await startMeasured('services/producer/main.ts', {
      ...{ port: 18_099, readyPath: '/readyz', imports },
      environment: {
        ...platform.producer,
        ...{ OTEL_SERVICE_NAME: 'producer', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
        ...{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.02' },
        PROFILE_FILE: file,
      },
    });
    const load = { urls: [producer.url], pids: [producer.pid], customers, connections: 64 };
    try {
      note(`warming up for ${warmUpSeconds} s`);
      await warmUp({ ...load, seconds: warmUpSeconds });
      note(`profiling for ${seconds} s`);
      process.kill(producer.pid, 'SIGUSR2');
      const { perSecond, cpuMicros } = await round({ ...load, seconds });
      process.kill(producer.pid, 'SIGUSR2');
      const tree = await poll(() => readTree(file), { what: 'the profile', deadlineMs: 30_000 });
      return { tree, perSecond, cpuMicros };
    } finally {
      await producer[Symbol.asyncDispose]();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const readTree = async (file: string): Promise<Frame> =>
  frameTree(cpuProfile.parse(JSON.parse(await readFile(file, 'utf8'))));
