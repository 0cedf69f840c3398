import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const agent = unit('scripts/console-agent/app.test.ts');
const chaos = unit('scripts/console-agent/chaos.test.ts');
const feed = unit('services/console/kafka/order-feed.test.ts');
const app = unit('services/console/app.test.ts');

/** The console shows much and may do little; what breaks things mends them. */
export const console: Family = {
  name: 'console',
  mutations: [
    {
      name: 'agent for operators',
      guard: 'whatever else reaches the port of the agent does nothing',
      file: 'scripts/console-agent/app.ts',
      find: "const access = ['operator'] as const;",
      replace: "const access = ['operator', 'barista', 'customer'] as const;",
      test: agent('does nothing for who is no operator, whatever the route'),
    },
    {
      name: 'a route of the agent',
      guard: 'no route of the agent is open to anyone, a new one neither',
      file: 'scripts/console-agent/app.ts',
      find: "      tags: ['reports'],\n      access,",
      replace: "      tags: ['reports'],\n      access: 'anyone',",
      test: agent('does nothing for who is no operator, whatever the route'),
    },
    {
      name: 'parts of the stack',
      guard: 'only containers of the stack are stopped',
      file: 'contracts/http/console-agent.ts',
      find: "z.enum(['start', 'stop', 'restart'])",
      replace: "z.enum(['start', 'stop', 'restart', 'remove'])",
      test: agent('lists containers, and stops those of the stack only'),
    },
    {
      name: 'faults are mended',
      guard: 'what was broken on purpose is mended when the agent ends',
      file: 'scripts/console-agent/faults.ts',
      find: 'for (const { stop } of this.#all) stop.abort();',
      replace: 'for (const { stop } of this.#all.slice(1)) stop.abort();',
      test: agent('mends everything when it is asked to, and when it ends'),
    },
    {
      name: 'chaos is stopped',
      guard: 'what chaos has broken is mended when everything is',
      file: 'scripts/console-agent/app.ts',
      find: 'await Promise.all([faults.clear(), chaos.stop()]);',
      replace: 'await faults.clear();',
      test: chaos('stops chaos when it is asked to, by mending everything, and when the agent ends'),
    },
    {
      name: 'chaos or faults',
      guard: 'a fault by hand is no finding of chaos',
      file: 'scripts/console-agent/chaos.ts',
      find: '({ endedAt }) => endedAt === null',
      replace: '({ endedAt }) => endedAt === undefined',
      test: chaos('has either chaos or faults by hand'),
    },
    {
      name: 'ended faults',
      guard: 'charts are marked where something was broken while nobody looked',
      file: 'scripts/fault/undo.ts',
      find: 'made ? records.end(current, new Date()) : ',
      replace: 'made && current === undefined ? records.end(current, new Date()) : ',
      test: unit('scripts/fault/undo.test.ts')('remembers a fault that was undone, once'),
    },
    {
      name: 'rate of a group',
      guard: 'a consumer that is stopped does not flow on the map',
      file: 'services/console/system-map.ts',
      find: "perSecond: value('consumed', { topic, group }),",
      replace: "perSecond: value('topics', { topic }),",
      test: unit('services/console/system-map.test.ts')(
        'has what each group works through, not what is published',
      ),
    },
    {
      name: 'an order at rest',
      guard: 'a page that stays open does not read Kafka for ever',
      file: 'services/console/web/order-at-rest.ts',
      find: 'isSettled(order) && nowMs',
      replace: '!isSettled(order) && nowMs',
      test: unit('services/console/web/order-at-rest.test.ts')(
        'has an order at rest a while after its last change',
      ),
    },
    {
      name: 'secrets are masked',
      guard: 'no secret of a container is shown',
      file: 'scripts/console-agent/resources.ts',
      find: 'hidden ? masked : value',
      replace: 'hidden ? value : value',
      test: unit('scripts/console-agent/resources.test.ts')(
        'shows what a container is configured with, and no secret',
      ),
    },
    {
      name: 'quoted LogQL',
      guard: 'what is searched for in logs is no part of the expression',
      file: 'services/console/logql.ts',
      find: 'const quoted = (text: string): string => JSON.stringify(text);',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
      replace: 'const quoted = (text: string): string => `"${text}"`;',
      test: app('reads logs, and what is searched for can not become part of the expression'),
    },
    {
      name: 'logs of the stack',
      guard: 'what Docker is asked for is a part of the stack',
      file: 'scripts/console-agent/logs.ts',
      find: 'if (service !== undefined && !(await this.#parts(signal)).includes(service))',
      replace: 'if (service === undefined)',
      test: unit('scripts/console-agent/logs.test.ts')('asks for parts of the stack only'),
    },
    {
      name: 'from a trace to its logs',
      guard: 'a message that is traced is logged in its trace, and no other',
      file: 'platform/kafka/handle-batch.ts',
      find: 'if (!own || !isSampled(own)) continue;',
      replace: 'if (!own) continue;',
      test: unit('platform/kafka/handle-batch.test.ts')(
        'logs each message that is traced, in its trace, when it was processed',
      ),
    },
    {
      name: 'down, or not known',
      guard: 'what was there is down when others are still measured, and not when nothing is',
      file: 'services/console/system-map.ts',
      find: "has(asked.before) && has('ready')",
      replace: "has('ready')",
      test: unit('services/console/system-map.test.ts')(
        'says of what was there and is not any more that it is down',
      ),
    },
    {
      name: 'token of who looks',
      guard: 'a service decides itself what she may who looks at the console',
      file: 'services/console/routes/relay.ts',
      find: 'authorization: headers.authorization,',
      replace: '',
      test: app('asks services with the token of who looks'),
    },
    {
      name: 'one consumer',
      guard: 'however many look, Kafka has one more consumer, and none when nobody does',
      file: 'services/console/kafka/order-feed.ts',
      find: 'if (wanted || !this.#following) return;',
      replace: 'if (wanted || this.#following) return;',
      test: feed('tells every page of what happens, by one consumer, and only while somebody looks'),
    },
    {
      name: 'feed ends with its token',
      guard: 'a stream is not longer than the token that it was opened with',
      file: 'services/console/routes/kafka.ts',
      find: '        endWith(body, identity.expiresAt);\n',
      replace: '        void [endWith, identity];\n',
      test: feed('ends with the token that it was opened with'),
    },
  ],
};
