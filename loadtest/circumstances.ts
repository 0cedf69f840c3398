import { arch, cpus, release, totalmem, type } from 'node:os';
import { currentCommit } from '../scripts/docker/current-commit.ts';
import { readVersions } from '../scripts/images/ensure.ts';
import type { Circumstances } from './result.ts';

/** What a figure means nothing without. */
export async function readCircumstances(traceShare: number, tls: boolean): Promise<Circumstances> {
  const versions = await readVersions();
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()} ${arch()}`,
    commit: await currentCommit(),
    date: new Date().toISOString(),
    settings: {
      Node: process.versions.node,
      Kafka: versions.KAFKA_IMAGE ?? '',
      PostgreSQL: versions.POSTGRES_IMAGE ?? '',
      Redis: versions.REDIS_IMAGE ?? '',
      Edge: versions.EDGE_IMAGE ?? '',
      TLS: tls ? 'on' : 'off',
      Durability: 'Kafka acks=all, one broker; PostgreSQL fsync, synchronous_commit, full_page_writes on',
      Sampling: `${(traceShare * 100).toFixed(1)} % of the requests are traced; metrics of all`,
      Generator: 'on the same machine',
      'Payment window': '24h, so that nothing expires while something is measured',
    },
  };
}
