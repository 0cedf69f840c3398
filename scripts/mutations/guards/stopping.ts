import type { Family, NamedTest } from '../mutation.ts';

const server = 'platform/http/serve.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/http/serve.test.ts',
  name: `stopping > ${name}`,
});
const health = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/lifecycle/health.test.ts',
  name,
});

/** A stop drops no request: readiness fails first, then the server drains (lifecycle). */
export const stopping: Family = {
  name: 'stopping',
  mutations: [
    {
      name: 'readiness fails first',
      guard: 'a load balancer learns of the stop before the server stops (lifecycle)',
      file: server,
      find: 'options.health.drain();',
      replace: '',
      test: test('goes on serving during the drain delay, with readiness failing'),
    },
    {
      name: 'goes on while load balancers notice',
      guard: 'requests that are still sent during the drain delay are served (lifecycle)',
      file: server,
      find: 'await delay(options.drainDelayMs);',
      replace: '',
      test: test('goes on serving during the drain delay, with readiness failing'),
    },
    {
      name: 'draining is not ready',
      guard: 'readiness fails while draining, whatever the dependencies say (lifecycle)',
      file: 'platform/lifecycle/health.ts',
      find: "this.#draining ? 'draining' :",
      replace: '',
      test: health('is not ready any more once it drains, whatever its dependencies say'),
    },
    {
      name: 'the last answer closes its connection',
      guard: 'a client does not send its next request into a closing connection (lifecycle)',
      file: server,
      find: "if (response?.headersSent === false) response.setHeader('Connection', 'close');",
      replace: 'if (response === null) return;',
      test: test('answers what is in flight, closes idle connections, takes no new ones'),
    },
    {
      name: 'no waiting for ever',
      guard: 'a request that hangs does not outlast the grace period (lifecycle)',
      file: server,
      find: 'server.closeAllConnections()',
      replace: 'undefined',
      test: test('does not wait for ever'),
    },
    {
      name: 'silent connections do not hold it up',
      guard: 'connections that were opened ahead do not use up the grace period (lifecycle)',
      file: server,
      find: 'connections.closeSilent();',
      replace: '',
      test: test('does not wait for connections that have not asked for anything'),
    },
    {
      name: 'a loss of Kafka keeps replicas ready',
      guard: 'what is only needed to start does not make every replica unready later (lifecycle)',
      file: 'platform/lifecycle/health.ts',
      find: 'dependency.optional ||= dependency.optionalOnceSeen;',
      replace: '',
      test: health('does not wait again for what is only needed to start'),
    },
    {
      name: 'bounded checks',
      guard: 'a dependency that hangs is one that is away (lifecycle)',
      file: 'platform/lifecycle/health.ts',
      find: 'answerWithin(checkTimeoutMs, dependency.check())',
      replace: 'answerWithin(checkTimeoutMs * 1_000, dependency.check())',
      test: health('takes a check that does not answer within 3 s for a failure'),
    },
  ],
};
