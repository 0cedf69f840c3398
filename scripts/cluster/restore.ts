import { UserError } from '../cli/user-error.ts';
import { openBackups, readerPod } from './backup-reader.ts';
import { type Cluster, platform } from './cluster.ts';
import { rolledOut } from './rollout.ts';

export const restoreNamespace = 'go-coffee-restore';

export interface Restored {
  /** The backup's name: when it was made, in UTC. */
  readonly backup: string;
  readonly orders: number;
}

// By the socket, where PostgreSQL's own user needs no password.
const inPostgres = ['exec', '--stdin', '--namespace', restoreNamespace, 'postgres-0', '--'];
const psql = ['psql', '--no-psqlrc', '--quiet', '--username', 'postgres', '--dbname', 'coffee'];

/**
 * Restores the newest backup into PostgreSQL of overlays/restore, whole or not at all. Kafka is not part of it: commands
 * that are younger than the backup are still in orders.v1 for seven days (docs/kubernetes.md).
 *
 * @throws UserError when there is no backup, or when there are orders where it should go
 */
export async function restoreBackup(
  cluster: Cluster,
  signal: AbortSignal,
  note: (text: string) => void = () => undefined,
): Promise<Restored> {
  await cluster.kubectl(['apply', '--kustomize', 'k8s/overlays/restore'], { signal });
  await rolledOut(cluster, restoreNamespace, 'statefulset', 'postgres', signal);
  const existing = await query(cluster, "select to_regclass('orders.orders') is not null", signal);
  if (existing !== 'f') {
    throw new UserError(
      `There are orders in namespace ${restoreNamespace} already.`,
      `A backup is restored into an empty one only: kubectl delete namespace ${restoreNamespace}`,
    );
  }
  await using backups = await openBackups(cluster, signal);
  const backup = backups.names.at(-1);
  if (backup === undefined) {
    throw new UserError(
      'There is no backup.',
      `kubectl create job --from=cronjob/postgres-backup backup-now --namespace ${platform} makes one.`,
    );
  }
  note(`the newest of ${backups.names.length} backups is ${backup}`);
  const read = (file: string): string[] => [
    ...['exec', '--namespace', platform, readerPod, '--'],
    ...['cat', `/backup/${backup}/${file}`],
  ];
  // The role postgres exists already: that one statement fails, and is allowed to. A role that is missing is not: the
  // next step grants to it.
  await cluster.pipe(read('roles.sql'), [...inPostgres, ...psql], signal);
  const whole = ['--exit-on-error', '--single-transaction', '--username', 'postgres', '--dbname', 'coffee'];
  await cluster.pipe(read('coffee.dump'), [...inPostgres, 'pg_restore', ...whole], signal);
  return { backup, orders: Number(await query(cluster, 'select count(*) from orders.orders', signal)) };
}

async function query(cluster: Cluster, sql: string, signal: AbortSignal): Promise<string> {
  const args = [...inPostgres, ...psql, '--tuples-only', '--no-align', '--command', sql];
  return (await cluster.kubectl(args, { signal })).stdout.trim();
}
