import type { Family, NamedTest } from '../mutation.ts';

const configuration = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/dev/dev-config.test.ts',
  name,
});

/** Services on a developer's machine, and what documents promise. */
export const developing: Family = {
  name: 'developing',
  mutations: [
    {
      name: 'secrets of services on the host are readable to all',
      guard: "what a service on the host is known by is nobody else's on that machine (docs/adr/0052)",
      file: 'scripts/dev/part-secrets.ts',
      find: 'writeFile(next, content, { mode: 0o600 })',
      replace: 'writeFile(next, content, { mode: 0o644 })',
      test: configuration('keeps secrets for this user, as long as they are needed'),
    },
    {
      name: 'secrets of services on the host stay',
      guard: 'copies of secrets go when ./coffee dev ends (docs/adr/0052)',
      file: 'scripts/dev/part-secrets.ts',
      find: 'await rm(this.#root, { recursive: true, force: true });',
      replace: 'await Promise.resolve();',
      test: configuration('keeps secrets for this user, as long as they are needed'),
    },
    {
      name: 'services on the host listen to the network',
      guard: 'what runs on the host is reached from this machine only (docs/adr/0052)',
      file: 'scripts/dev/host-environment.ts',
      find: '    HTTP_HOST: host,',
      replace: "    HTTP_HOST: '0.0.0.0',",
      test: configuration('gives a service the environment of its container, seen from this machine'),
    },
    {
      name: 'an edit waits until the service before has drained',
      guard: 'a service is served anew while the one before leaves its group (docs/adr/0052)',
      file: 'scripts/dev/handover.ts',
      find: "  service.kill('SIGTERM');\n  process.exit(0);",
      replace: "  stopping = true;\n  service.kill('SIGTERM');",
      test: {
        project: 'unit',
        file: 'scripts/dev/watched-service.test.ts',
        name: 'starts the next one while the one before drains',
      },
    },
    {
      name: 'commands in documents that nobody tries',
      guard: 'a block of commands says how it is tested (docs/adr/0049)',
      file: 'scripts/docs/commands.ts',
      find: 'if (!tested) return [',
      replace: "if (!tested) return at !== '' ? [] : [",
      test: {
        project: 'unit',
        file: 'scripts/docs/docs.test.ts',
        name: 'finds dead links, and blocks that nobody tries',
      },
    },
    {
      name: 'the reference is what it was',
      guard: 'the reference is made of the code (docs/adr/0049)',
      file: 'services/producer/config.ts',
      find: 'ORDER_READ_TIMEOUT: duration.default(1_000)',
      replace: 'ORDER_READ_TIMEOUT: duration.default(2_000)',
      test: {
        project: 'unit',
        file: 'scripts/docs/reference/reference.test.ts',
        name: 'is up to date; ./coffee docs reference writes it',
      },
    },
  ],
};
