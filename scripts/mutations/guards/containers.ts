import type { Family, NamedTest } from '../mutation.ts';

const file = 'compose.yaml';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/checks/compose.test.ts',
  name,
});
const hardened = test(
  'a container > that is hardened has a read-only root, no capability and no way to new ones',
);
const secretsTest = test(
  'bootstrap writes for each part and nobody else writes, and none is a value of the environment',
);
const ownSecretsTest = test('every part mounts its own secrets to read them, and nobody else does');

/** Whoever gets into a container gets no further. */
export const containers: Family = {
  name: 'containers',
  mutations: [
    {
      name: 'read-only root',
      guard: 'a container finds no file system to write to',
      file,
      find: 'read_only: true',
      replace: 'read_only: false',
      test: hardened,
    },
    {
      name: 'no capabilities',
      guard: 'a container has no capability',
      file,
      find: 'cap_drop: [ALL]',
      replace: 'cap_drop: []',
      test: hardened,
    },
    {
      name: 'no new privileges',
      guard: 'no program of a container gains rights',
      file,
      find: 'security_opt: ["no-new-privileges:true"]',
      replace: 'security_opt: []',
      test: hardened,
    },
    {
      name: 'every container',
      guard: 'no container is left out of the hardening',
      file,
      find: '    <<: *hardened\n    image: ${REDIS_IMAGE',
      replace: '    image: ${REDIS_IMAGE',
      test: test('a container > of redis is hardened, of a user without rights, and bounded'),
    },
    {
      name: "Docker's socket",
      guard: "who has Docker's socket is reached by nobody (issue 10)",
      file,
      find: '    network_mode: none\n    volumes:\n      - "./observability/docker-api',
      replace: '    volumes:\n      - "./observability/docker-api',
      test: test("a container > that has Docker's socket has no network, no other volume and no secret"),
    },
    {
      name: 'no root',
      guard: 'no container runs as root',
      file,
      find: 'user: "1000:1000"',
      replace: 'user: "0:0"',
      test: test('a container > of kafka is hardened, of a user without rights, and bounded'),
    },
    {
      name: 'Grafana without a password',
      guard: 'who is not signed in sees nothing of orders and people',
      file,
      find: 'GF_AUTH_ANONYMOUS_ENABLED: "false"',
      replace: 'GF_AUTH_ANONYMOUS_ENABLED: "true"',
      test: {
        project: 'unit',
        file: 'scripts/checks/grafana.test.ts',
        name: 'Grafana lets in nobody without a password that bootstrap has made',
      },
    },
    {
      name: 'health',
      guard: 'a part that is not well is seen (docs/adr/0006)',
      file,
      find: 'healthcheck:\n      test: [CMD, bash, -c,',
      replace: 'x-healthcheck:\n      test: [CMD, bash, -c,',
      test: test('every part that lasts says whether it is well'),
    },
    {
      name: 'ports of this machine',
      guard: 'no server of the platform is reached from the network',
      file,
      find: '"127.0.0.1:${POSTGRES_PORT',
      replace: '"${POSTGRES_PORT',
      test: test('ports are published on this machine only'),
    },
    {
      name: 'secrets are read',
      guard: 'only bootstrap writes secrets (decision 10)',
      file,
      find: 'producer-secrets:/run/go-coffee/secrets:ro',
      replace: 'producer-secrets:/run/go-coffee/secrets',
      test: ownSecretsTest,
    },
    {
      name: 'secrets of one part',
      guard: 'a part sees no secret of another one (issue 6)',
      file,
      find: 'consumer-secrets:/run/go-coffee/secrets:ro',
      replace: 'producer-secrets:/run/go-coffee/secrets:ro',
      test: ownSecretsTest,
    },
    {
      name: "the authority's key",
      guard: "only bootstrap sees the authority's key and all passwords (issue 6)",
      file,
      find: '      - redis-secrets:/run/go-coffee/secrets:ro\n',
      replace: '      - redis-secrets:/run/go-coffee/secrets:ro\n      - authority:/authority\n',
      test: ownSecretsTest,
    },
    {
      name: 'secrets are files',
      guard: 'no secret is a value of the environment (decision 10)',
      file,
      find: 'POSTGRES_PASSWORD_FILE: /run/go-coffee/secrets/postgres-password\n',
      replace: 'POSTGRES_PASSWORD: coffee\n',
      test: secretsTest,
    },
  ],
};
