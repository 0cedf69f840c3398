import type { Family, NamedTest } from '../mutation.ts';

const file = 'platform/lifecycle/role.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/lifecycle/role.test.ts',
  name,
});
const waits = test(
  'starts nothing while another colour is active, all when its own is, and ends that in reverse',
);
const knows = test('goes on with what it knows while nobody can say, and is not ready before somebody could');

/** Of two deployments of a service one works (decision 15). */
export const roles: Family = {
  name: 'roles',
  mutations: [
    {
      name: 'the other colour waits',
      guard: 'a new version follows no orders before it was tried (ADR 0046)',
      file,
      find: 'if (active === colour && !this.#active)',
      replace: 'if (!this.#active)',
      test: waits,
    },
    {
      name: 'work begins when it is its turn',
      guard: 'somebody goes on with the orders after a switch (ADR 0046)',
      file,
      find: 'for (const start of this.#starts.splice(0)) start(this.#work);',
      replace: '',
      test: waits,
    },
    {
      name: 'work ends when it is the turn of another',
      guard: 'a version that was replaced does not go on beside its successor (ADR 0046)',
      file,
      find: 'this.#lost.abort();',
      replace: '',
      test: test('is lost when another colour becomes active, and starts nothing any more'),
    },
    {
      name: 'nothing before it is known',
      guard: 'who can not ask whose turn it is does not begin (ADR 0046)',
      file,
      find: '#known = false;',
      replace: '#known = true;',
      test: knows,
    },
    {
      name: 'nothing new behind what ends',
      guard: 'what has ended its work asks nobody for more (ADR 0046)',
      file,
      find: '    await this.#asking?.[Symbol.asyncDispose]();\n',
      replace: '',
      test: test('asks nobody any more when it has ended'),
    },
    {
      name: 'serving goes on while work begins',
      guard: 'a switch takes no server away from its clients (ADR 0046)',
      file,
      find: 'if (begun || !this.#waited) throw error;',
      replace: 'throw error;',
      test: test('checks work that has begun, and gives work time to begin behind a server that is in use'),
    },
    {
      name: 'work that has begun is checked',
      guard: 'a member that lost its group is not ready (ADR 0046)',
      file,
      find: 'if (begun || !this.#waited) throw error;',
      replace: '',
      test: test('checks work from the first on where it never waited'),
    },
  ],
};
