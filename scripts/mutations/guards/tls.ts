import type { Family, NamedTest } from '../mutation.ts';

const identityFile = 'platform/tls/identity.ts';
const identity = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/tls/identity.test.ts',
  name,
});
const bootstrap = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/bootstrap/bootstrap.test.ts',
  name,
});
const integration = (part: string, name: string): NamedTest => ({
  project: 'integration',
  file: `services/bootstrap/tests/${part}.test.ts`,
  name,
});

const kafka = (name: string): NamedTest => ({
  project: 'integration',
  file: 'e2e/security/kafka-access.test.ts',
  name,
});

/** Whoever is on the network reads nothing, and nobody is taken for a part that is none (issue 6). */
export const tls: Family = {
  name: 'tls',
  mutations: [
    {
      name: 'clients are asked who they are',
      guard: 'a server that wants known clients refuses others',
      file: identityFile,
      find: "rejectUnauthorized: clients === 'required'",
      replace: 'rejectUnauthorized: false',
      test: identity(
        'refuses a server of another authority or name, and a client without or with another certificate',
      ),
    },
    {
      name: 'servers are verified',
      guard: 'a client refuses a server of another authority',
      file: identityFile,
      find: "return { ...this.material, minVersion: 'TLSv1.2' };",
      replace:
        "return { ...this.material, minVersion: 'TLSv1.2', rejectUnauthorized: false } as SecureOptions;",
      test: identity(
        'refuses a server of another authority or name, and a client without or with another certificate',
      ),
    },
    {
      name: 'new certificates',
      guard: 'a server takes a new certificate while it runs',
      file: identityFile,
      find: 'server.setSecureContext(this.clientOptions());',
      replace: 'void server;',
      test: identity('gives servers and clients new certificates while they run'),
    },
    {
      name: 'pairs',
      guard: 'a key without its certificate is never used',
      file: identityFile,
      find: 'if (!matches) throw',
      replace: 'if (!matches && known === undefined) throw',
      test: identity('goes on with the old ones while a change is half done'),
    },
    {
      name: 'on where orders are real',
      guard: 'nobody switches TLS off in staging or production',
      file: 'platform/config/tls.ts',
      find: "const needsTls = new Set(['staging', 'production']);",
      replace: 'const needsTls = new Set<string>();',
      test: {
        project: 'unit',
        file: 'platform/config/tls.test.ts',
        name: 'can not be switched off in production',
      },
    },
    {
      name: 'no other name',
      guard: 'a certificate carries the names of its part only',
      file: 'services/bootstrap/certificates.ts',
      find: 'hosts: hostsOf(part), usages',
      replace: "hosts: [...hostsOf(part), 'kafka'], usages",
      test: bootstrap('gives each part a certificate with its names, which the others trust'),
    },
    {
      name: 'renewal in time',
      guard: 'certificates are renewed long before they end',
      file: 'services/bootstrap/certificates.ts',
      find: 'from + ((to - from) * 2) / 3',
      replace: 'to',
      test: bootstrap('renews a certificate after two thirds of its life, and not before'),
    },
    {
      name: 'an authority is announced',
      guard: 'parts know an authority before it signs anything',
      file: 'services/bootstrap/authority.ts',
      find: 'const trusted = [signer, ...others]',
      replace: 'const trusted = [signer]',
      test: bootstrap('rotates the authority in two steps, at each of which every part trusts every other'),
    },
    {
      name: 'PostgreSQL without plaintext',
      guard: 'PostgreSQL lets nobody in by the network without TLS',
      file: 'infrastructure/postgres/start.sh',
      find: 'host=hostssl\n',
      replace: 'host=host\n',
      test: integration('postgres', 'refuses plaintext, whoever comes with whichever password'),
    },
    {
      name: 'Redis without plaintext',
      guard: 'Redis has no port without TLS',
      file: 'infrastructure/redis/start.sh',
      find: '--port 0 --tls-port 6379',
      replace: '--port 6379 --tls-port 6380',
      test: integration('redis', 'refuses plaintext'),
    },
    {
      name: "Redis' keys",
      guard: 'a service sees its own keys in Redis only',
      file: 'services/bootstrap/redis-users.ts',
      find: 'rights: `~order:* ~order-view:* ~menu:* $',
      replace: 'rights: `~* $',
      test: integration('redis', 'lets producer do what it needs and nothing else'),
    },
    {
      name: 'Kafka without plaintext',
      guard: 'Kafka talks to nobody without TLS',
      file: 'compose.yaml',
      find: 'PLATFORM:SSL,CONTROLLER:SSL,HOST:SSL',
      replace: 'PLATFORM:PLAINTEXT,CONTROLLER:SSL,HOST:SSL',
      test: kafka('who may come > is nobody without TLS'),
    },
    {
      name: "Kafka's clients",
      guard: 'Kafka talks to nobody who has no certificate',
      file: 'compose.yaml',
      find: 'KAFKA_SSL_CLIENT_AUTH: required',
      replace: 'KAFKA_SSL_CLIENT_AUTH: requested',
      test: kafka('who may come > is nobody without a certificate'),
    },
    {
      name: 'rights in Kafka',
      guard: 'a part may do in Kafka what the table says and nothing else',
      file: 'compose.yaml',
      find: 'KAFKA_SUPER_USERS: User:kafka;User:migrate',
      replace: 'KAFKA_SUPER_USERS: User:kafka;User:migrate;User:producer',
      test: kafka('what a part may do > not: producer writes events of orders'),
    },
    {
      name: 'rights are taken',
      guard: 'what somebody gave a part by hand is gone at the next start',
      file: 'platform/kafka/acls.ts',
      find: 'if (superfluous.length > 0) await admin.deleteAcls({ filters: superfluous });',
      replace: '',
      test: kafka('what a part may do > is what the table says, also when somebody gave more by hand'),
    },
  ],
};
