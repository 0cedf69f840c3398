import type { Family, NamedTest } from '../mutation.ts';

const steps = 'scripts/deploy/steps.ts';
const deployment = 'scripts/deploy/deployment.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/deploy/deployment.test.ts',
  name,
});
const leaseTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/deploy/lease.test.ts',
  name,
});
const tried = test('a good version > is asked by nobody before it was tried, and works only then');
const killed = test('a deployment that is killed > at any call goes on when it is run again');

/** A deployment hurts nobody, whatever the version is like and whenever it is killed (decision 15, ADR 0047). */
export const deploying: Family = {
  name: 'deploying',
  mutations: [
    {
      name: 'requests are pinned first',
      guard: 'no request is for a version that was not tried',
      file: steps,
      find: '  await sendTo(api, platform.services, from);\n',
      replace: '',
      test: tried,
    },
    {
      name: 'shared parts are waited for',
      guard: 'a version is not tried on ground that gives way',
      file: steps,
      find: '  await untilSharedReady(api, platform.shared, clock, signal);\n',
      replace: '',
      test: test('a change of what both colours share that does not get ready ends it there, by name'),
    },
    {
      name: 'migrations come first',
      guard: 'a migration that fails is found before anything of the new version runs',
      file: 'scripts/deploy/state.ts',
      find: "  'migrate',\n  'candidate',",
      replace: "  'candidate',\n  'migrate',",
      test: tried,
    },
    {
      name: 'the smoke test counts',
      guard: 'a version that fails its smoke test is not switched to',
      file: steps,
      find: '  await runAgain(api, trial, clock, signal);\n',
      replace: '  await api.create(trial);\n',
      test: test('a version that fails its smoke test > goes back by itself, says why, and nobody noticed'),
    },
    {
      name: 'restarts under traffic count',
      guard: 'a version that runs out of memory goes back by itself',
      file: 'scripts/deploy/pods.ts',
      find: 'if (count > (before.get(container) ?? 0))',
      replace: 'if (count < (before.get(container) ?? 0))',
      test: test('a version that runs out of memory > goes back by itself, says why, and nobody noticed'),
    },
    {
      name: 'memory is watched',
      guard: 'a version that leaks goes before it drops requests',
      file: 'scripts/deploy/memory.ts',
      find: 'used - first > (limit - first) * mostOfRoom',
      replace: 'used > limit',
      test: test('a version that leaks > goes back by itself, says why, and nobody noticed'),
    },
    {
      name: 'restarts before the switch count',
      guard: 'a version that has crashed while it was tried is not switched to',
      file: steps,
      find: '  await noRestartSince(neverRestarted, api, platform.services, to);\n',
      replace: '',
      test: test('a version that restarts while it is tried > leaves room for a good one'),
    },
    {
      name: 'as many pods as are needed',
      guard: 'a version that is switched to can bear the load at once',
      file: steps,
      find: 'old colour meanwhile.\n  await scale(api, to, await matching(context));\n',
      replace: 'old colour meanwhile.\n',
      test: test('a good version > gets the pods that an autoscaler has added meanwhile'),
    },
    {
      name: 'goes on where it was',
      guard: 'a deployment that was killed behind its switch is not begun anew',
      file: deployment,
      find: 'stepNames.slice(stepNames.indexOf(state.step))',
      replace: "stepNames.slice(stepNames.indexOf('smoke'))",
      test: killed,
    },
    {
      name: 'the end is no way back',
      guard: 'what has no old version any more is not taken back',
      file: deployment,
      find: " || known.step === 'retire'",
      replace: '',
      test: test(
        'a deployment that is killed > at any call goes back when another version is deployed, which is then',
      ),
    },
    {
      name: 'back to where it was asked',
      guard: 'a way back ends where requests and work were before',
      file: steps,
      find: '    await moveTo(context, from);\n',
      replace: '',
      test: test('a version that fails under traffic > goes back by itself, says why, and nobody noticed'),
    },
    {
      name: 'one at a time',
      guard: 'two deployments at once do not undo each other',
      file: 'scripts/deploy/lease.ts',
      find: 'if (current.spec.renewTime !== first?.spec.renewTime) throw this.#busy(current);',
      replace: 'if (current.spec.renewTime !== first?.spec.renewTime) return;',
      test: leaseTest('the second deployment is refused by the name of the first, as long as that renews'),
    },
    {
      name: 'who was followed stops',
      guard: 'a deployment that was paused does not go on beside the one that followed it',
      file: 'scripts/deploy/lease.ts',
      find: 'if (current?.spec.holderIdentity !== this.#holder) return false;',
      replace: 'if (!current) return false;',
      test: leaseTest('one that was paused and followed stops'),
    },
    {
      name: 'who was paused changes nothing',
      guard: 'nothing comes late from a deployment that was followed',
      file: 'scripts/deploy/fenced-api.ts',
      find: '      lease.insist();\n',
      replace: '',
      test: leaseTest('one that was paused changes nothing when it goes on'),
    },
    {
      name: 'the way back is the old version',
      guard: 'a way back does not depend on the version that it leaves',
      file: steps,
      find: "deploymentOf(api, 'consumer', from)",
      replace: "deploymentOf(api, 'consumer', context.to)",
      test: test('work is moved, and moved back, by the version that was there before'),
    },
    {
      name: 'a past is no crash',
      guard: 'old pods that start anew do not end the way back',
      file: steps,
      find: 'clock, signal, false);',
      replace: 'clock, signal);',
      test: test('waits for old pods that come back, whatever their past'),
    },
    {
      name: 'only from a colour',
      guard: 'Services are never told to ask for a colour that no pod has',
      file: deployment,
      find: 'labels[colourLabel] !== from)',
      replace: "labels[colourLabel] === 'red')",
      test: {
        project: 'unit',
        file: 'scripts/deploy/first-version.test.ts',
        name: 'nothing is touched where what runs has no colour',
      },
    },
    {
      name: 'objectives are measured',
      guard: 'telemetry that does not work is no objective that held',
      file: 'scripts/smoke/objectives.ts',
      find: 'if (measured) found.push',
      replace: 'if (!measured) found.push',
      test: {
        project: 'unit',
        file: 'scripts/smoke/objectives.test.ts',
        name: 'what somebody asked for and nobody measured is a breach where that is asked for',
      },
    },
    {
      name: 'what was verified is deployed',
      guard: 'a tag that is moved behind the verification changes nothing',
      file: 'scripts/deploy/signatures.ts',
      find: 'return { ...options, imageTag, toolsTag };',
      replace: 'return { ...options, toolsTag };',
      test: {
        project: 'unit',
        file: 'scripts/deploy/signatures.test.ts',
        name: 'images that are verified > are deployed by the digests that were signed, each its own',
      },
    },
    {
      name: 'production is signed',
      guard: 'nothing that nobody vouches for gets to production',
      file: 'scripts/deploy/signatures.ts',
      find: "if (environment === 'production')",
      replace: "if (environment === 'moon')",
      test: {
        project: 'unit',
        file: 'scripts/deploy/signatures.test.ts',
        name: 'who must have signed > is asked for wherever somebody is named, and always in production',
      },
    },
  ],
};
