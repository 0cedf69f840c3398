import type { connect } from 'node:tls';
import pg from 'pg';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createDatabase,
  type Database,
  type DatabaseOptions,
  pingDatabase,
} from '#platform/database/database.ts';
import { image, prepareRuntime, startupTimeoutMs } from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '#platform/tls/identity.ts';
import { Bootstrapped, userWithOurGroup } from './bootstrapped.ts';

let made: Bootstrapped;
let container: StartedTestContainer;
let options: DatabaseOptions;
beforeAll(async () => {
  prepareRuntime();
  made = await Bootstrapped.create();
  container = await new GenericContainer(image('POSTGRES_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withUser(userWithOurGroup(999))
    .withEntrypoint(['sh', '/etc/go-coffee/start.sh'])
    .withCommand(['postgres'])
    .withEnvironment({
      POSTGRES_DB: 'coffee',
      POSTGRES_PASSWORD_FILE: '/run/go-coffee/secrets/postgres-password',
      TLS_RELOAD_INTERVAL: '0.2',
    })
    .withBindMounts([
      { source: made.folderOf('postgres'), target: '/run/go-coffee/secrets', mode: 'ro' },
      {
        source: new URL('../../../infrastructure/postgres/start.sh', import.meta.url).pathname,
        target: '/etc/go-coffee/start.sh',
        mode: 'ro',
      },
    ])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  options = {
    host: container.getHost(),
    port: container.getMappedPort(5432),
    name: 'coffee',
    user: 'postgres',
    password: await made.passwordOf('migrate', 'postgres-password'),
    poolSize: 1,
    applicationName: 'test',
    tls: made.identityOf('migrate'),
  };
  await using database = pool();
  await poll(() => pingDatabase(database).then(() => true), { what: 'PostgreSQL', deadlineMs: 60_000 });
});
afterAll(async () => {
  await container?.stop();
  await made?.[Symbol.asyncDispose]();
});

function pool(change: Partial<DatabaseOptions> = {}): Database & AsyncDisposable {
  const database = createDatabase({ ...options, ...change });
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.destroy() });
}

it('talks TLS 1.2 or newer with a client that verifies it', async () => {
  await using database = pool();
  const { rows } = await database.raw<{ rows: { version: string }[] }>(
    'select version from pg_stat_ssl where pid = pg_backend_pid()',
  );
  expect(rows[0]?.version).toMatch(/^TLSv1\.[23]$/);
});

// Guard: hostssl.
it('refuses plaintext, whoever comes with whichever password', async () => {
  await using database = pool({ tls: undefined });
  await expect(pingDatabase(database)).rejects.toThrow(/no pg_hba.conf entry .* no encryption/);
});

// Guard: clients verify.
it('is refused by a client that knows another authority', async () => {
  await using theirs = await TestAuthority.create();
  await using database = pool({ tls: TlsIdentity.open(await theirs.folder()) });
  await expect(pingDatabase(database)).rejects.toThrow(/unable to|self-signed|issuer/);
});

it('is refused by a client that calls another name', async () => {
  await made.store.put('postgres', 'tls', (await made.store.read('redis', 'tls')) ?? {});
  const seen = async (): Promise<boolean> => (await subjectOf()) === 'redis';
  await poll(seen, { what: "another part's certificate" });
  // Both are for this machine as well: by the name of the part it is not PostgreSQL.
  const client = new pg.Client({
    ...{
      host: options.host,
      port: options.port,
      user: 'postgres',
      password: options.password,
      database: 'coffee',
    },
    ssl: { ...made.identityOf('migrate').clientOptions(), host: 'postgres' },
  });
  await expect(client.connect()).rejects.toThrow("postgres. is not in the cert's altnames");
  await made.run('certificates');
});

/** Whose certificate it shows; the protocol asks before TLS begins. */
async function subjectOf(): Promise<string> {
  const client = new pg.Client({
    ...{
      host: options.host,
      port: options.port,
      user: 'postgres',
      password: options.password,
      database: 'coffee',
    },
    ssl: made.identityOf('migrate').clientOptions(),
  });
  await client.connect();
  try {
    const { stream } = client.connection as unknown as { stream: ReturnType<typeof connect> };
    return String(stream.getPeerCertificate().subject.CN);
  } finally {
    await client.end();
  }
}

it('takes a new certificate and a new password while it runs, and keeps its connections', async () => {
  await using before = pool();
  await pingDatabase(before);
  await made.run('certificates');
  await poll(async () => (await subjectOf()) === 'postgres', { what: 'its own certificate' });
  await made.store.put('postgres', 'secrets', { 'postgres-password': "new 'one'" });
  await using after = pool({ password: "new 'one'" });
  await poll(() => pingDatabase(after).then(() => true), { what: 'the new password' });
  await pingDatabase(before);
});
