import type { Family, NamedTest } from '../mutation.ts';

const configuration = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/dev/dev-config.test.ts',
  name,
});

const inDev = (file: string, name: string): NamedTest => ({
  project: 'unit',
  file: `scripts/dev/${file}.test.ts`,
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
      file: 'scripts/dev/watched-service.ts',
      find: 'void this.#watchOver(program, isHandedOver);',
      replace:
        'void Promise.all(this.#stopping.values()).then(() => this.#watchOver(program, isHandedOver));',
      test: inDev('watched-service', 'starts the next one while the one before drains'),
    },
    {
      name: 'a spare loads what telemetry has to see',
      guard: 'what telemetry instruments is loaded after it, in a spare, too (docs/adr/0052)',
      file: 'scripts/dev/loaded-modules.ts',
      find: 'if (isInstrumented(url)) this.#late.add(folder);',
      replace: 'void isInstrumented;',
      test: inDev(
        'watched-service',
        'starts a spare that has loaded its packages, of which telemetry sees what it has to',
      ),
    },
    {
      name: 'a spare loads what only the first of several is known to bring in',
      guard: 'all that brings in what telemetry instruments is loaded after it (docs/adr/0052)',
      file: 'scripts/dev/loaded-modules.ts',
      find: 'this.#loadersOf(folder).add(folderOf(parent))',
      replace: 'this.#loaders.get(folder) ?? new Set([folderOf(parent)])',
      test: inDev('loaded-modules', 'leaves out everything that brings in such a package, by whatever way'),
    },
    {
      name: 'an instrumentation that spares do not know',
      guard: 'what telemetry instruments is what spares leave alone (docs/adr/0052)',
      file: 'scripts/dev/loaded-modules.ts',
      find: "'ioredis', 'pino']",
      replace: "'ioredis']",
      test: inDev('loaded-modules', 'knows every package that telemetry instruments'),
    },
    {
      name: 'what a spare may load is told by the clock',
      guard: 'spares load what a service had loaded when it served (docs/adr/0052)',
      file: 'scripts/dev/warm-start.ts',
      find: 'await listening.promise;',
      replace: '',
      test: inDev(
        'warm-start',
        'tells what a spare may load when the service serves, however long that takes',
      ),
    },
    {
      name: 'the next spare waits for a list that is known',
      guard: 'who saves twice finds a spare (docs/adr/0052)',
      file: 'scripts/dev/watched-service.ts',
      find: 'if (packages || (serves && this.#packages.length > 0)) this.#loadSpare();',
      replace: 'if (packages) this.#loadSpare(); else void serves;',
      test: inDev('saving', 'loads the next spare as soon as an edit is served'),
    },
    {
      name: 'a folder that went and came back is not watched',
      guard: 'edits are seen after git checkout, stash and rebase (docs/adr/0052)',
      file: 'scripts/dev/source-watcher.ts',
      find: 'this.#lookBelow(path);',
      replace: '',
      test: inDev('source-watcher', 'sees what is saved in a folder that went and came back'),
    },
    {
      name: 'a file that is missing is not waited for',
      guard: 'a service starts when the file is made that it misses (docs/adr/0052)',
      file: 'scripts/dev/warm-start.ts',
      find: 'if (url) tellSource(url, context.parentURL);',
      replace: 'void url;',
      test: inDev('saving', 'starts when a file is made that was missing, in a folder that was missing'),
    },
    {
      name: 'a process that is paused keeps its port',
      guard: 'an edit is served though the one before is at a breakpoint (docs/adr/0052)',
      file: 'scripts/dev/watched-service.ts',
      find: 'await this.#untilPortIsFree(program);',
      replace: '',
      test: inDev('saving', 'kills the one before that is paused at a breakpoint, and says so'),
    },
    {
      name: 'a service under ./coffee dev that is stopped before it listens to signals goes on',
      guard: 'a service that is told to stop while it loads ends (docs/adr/0052)',
      file: 'scripts/dev/debugger.ts',
      find: "if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');",
      replace: '',
      test: inDev('watched-service', 'stops what does not listen to signals'),
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
