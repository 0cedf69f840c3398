import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { createKafka, type Kafka } from '#platform/kafka/client.ts';
import { image, prepareRuntime, startupTimeoutMs } from '#platform/testing/containers.ts';
import { freePort } from '#platform/testing/free-port.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { renderCompose } from '../../scripts/kubernetes/compose-config.ts';
import { Bootstrapped, userWithOurGroup } from '../../services/bootstrap/tests/bootstrapped.ts';

/** A broker as Compose runs it, with certificates of its own. */
export interface SecuredKafka extends AsyncDisposable {
  readonly parts: Bootstrapped;
  readonly container: StartedTestContainer;
  /** host:port */
  readonly broker: string;
  /** Of this machine and of the platform: for knocking only, as the latter's broker is elsewhere to whoever asks. */
  readonly listeners: readonly string[];
  /** @param tls instead of the part's own. */
  readonly clientOf: (part: string, tls?: TlsIdentity) => Kafka;
}

/** The environment of compose.yaml, but for names: there is one container, which calls itself localhost. */
async function environmentAt(port: number): Promise<Record<string, string>> {
  const { environment } = (await renderCompose()).services.kafka ?? {};
  const given = Object.entries(environment ?? {}).map(([name, value]) => [name, value ?? '']);
  return {
    ...(Object.fromEntries(given) as Record<string, string>),
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLATFORM://localhost:9092,HOST://127.0.0.1:${port}`,
    KAFKA_HEAP_OPTS: '-Xms256m -Xmx384m',
    TLS_RELOAD_INTERVAL: '0.5',
  };
}

export async function startSecuredKafka(): Promise<SecuredKafka> {
  prepareRuntime();
  await using made = new AsyncDisposableStack();
  const parts = made.use(await Bootstrapped.create());
  // A client is told by the broker where to come to: the port has to be known before it starts.
  const port = await freePort();
  const container = await new GenericContainer(image('KAFKA_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withUser(userWithOurGroup(1000))
    .withCommand(['bash', '/etc/go-coffee/start.sh'])
    .withEnvironment(await environmentAt(port))
    .withBindMounts([
      { source: parts.folderOf('kafka'), target: '/run/go-coffee/secrets', mode: 'ro' },
      {
        source: new URL('../../infrastructure/kafka/start.sh', import.meta.url).pathname,
        target: '/etc/go-coffee/start.sh',
        mode: 'ro',
      },
    ])
    .withTmpFs({ '/tmp': 'mode=1777' })
    .withExposedPorts({ container: 9094, host: port }, 9092)
    .start();
  made.defer(async () => void (await container.stop()));
  const broker = `127.0.0.1:${port}`;
  const listeners = [broker, `127.0.0.1:${container.getMappedPort(9092)}`];
  const clientOf = (part: string, tls = parts.identityOf(part)): Kafka =>
    createKafka({ brokers: [broker], clientId: part, tls }, quietLog());
  const admin = clientOf('migrate').admin();
  const answers = async (): Promise<boolean> => {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  };
  await poll(answers, { what: 'the broker', deadlineMs: 180_000 });
  await admin.disconnect();
  const owned = made.move();
  return { parts, container, broker, listeners, clientOf, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
