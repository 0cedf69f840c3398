import { randomBytes } from 'node:crypto';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../cli/user-error.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { colourLabel, otherColour, platformOf } from './colours.ts';
import type { News, Notify } from './notify.ts';
import type { DeployOptions } from './options.ts';
import { deploymentOf } from './pods.ts';
import { imageOf } from './rendering.ts';
import { standingOf } from './standing.ts';
import { type DeploymentState, isUnderWay, StateStore, stepNames } from './state.ts';
import { goBack, install, type StepContext, steps } from './steps.ts';

export interface DeployParts {
  readonly api: Api;
  readonly clock: Clock;
  /** What the environment applies, with the new version in it. */
  readonly manifests: readonly Manifest[];
  readonly tools: readonly Manifest[];
  readonly options: DeployOptions;
  /** A line for people. */
  readonly say: (line: string) => void;
  readonly notify: Notify;
  /** Aborted by people and by a lost lease: everything stays as it is, for a run that goes on. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | { readonly deployed: true; readonly colour: string }
  | { readonly deployed: false; readonly reason: string };

/**
 * Deploys a version, or goes on with a deployment that was killed: forward where the version is the same, back where it is
 * another one or the deployment was on its way back. The caller holds the lease.
 */
export async function deploy(parts: DeployParts): Promise<Outcome> {
  try {
    return await deployOrGoOn(parts);
  } catch (error) {
    const { options, notify, signal } = parts;
    const reason = signal.aborted ? 'it was stopped, and goes on when it is run again' : messageOf(error);
    const image = imageOf('go-coffee/service', options);
    await notify({ kind: 'failed', image, environment: options.environment, reason });
    throw error;
  }
}

async function deployOrGoOn(parts: DeployParts): Promise<Outcome> {
  const store = new StateStore(parts.api);
  const image = imageOf('go-coffee/service', parts.options);
  const known = await store.load();
  if (known && isUnderWay(known)) {
    if (known.image === image && known.environment === parts.options.environment)
      return goOn(parts, store, known);
    // Nobody was served yet.
    if (known.first)
      return goOn(parts, store, { ...(await begin(parts, image, known)), to: known.to, first: true });
    const reason = `${image} is deployed in its place`;
    // What has nothing left to go back to, or is on its way back, comes to its end.
    const asItIs = known.phase === 'back' || known.step === 'retire';
    await goOn(parts, store, asItIs ? known : { ...known, phase: 'back', reason });
  }
  return goOn(parts, store, await begin(parts, image, known));
}

async function begin(
  { api, clock, manifests, options }: DeployParts,
  image: string,
  known: DeploymentState | undefined,
): Promise<DeploymentState> {
  const { services } = platformOf(manifests);
  const names = [...new Set([...services, ...(known?.before ?? []), ...(known?.after ?? [])])];
  const { asked: from, services: before } = await standingOf(api, names);
  const running = await Promise.all(before.map((service) => deploymentOf(api, service, from)));
  const old = running.find((one) => one && one.spec.template.metadata.labels[colourLabel] !== from);
  if (old)
    throw new UserError(
      `What runs here has no colour: ${old.metadata.name} is of a version before blue-green deployments.`,
      'Bring this environment to a version that has colours by its manifests first (docs/deployments.md).',
    );
  return {
    id: randomBytes(4).toString('hex'),
    environment: options.environment,
    image,
    from,
    to: before.length > 0 ? otherColour(from) : from,
    first: before.length === 0,
    phase: 'forward',
    step: 'prepare',
    before: [...before],
    after: [...services],
    journal: [{ at: new Date(clock.now()).toISOString(), what: `${image} to ${options.environment}` }],
  };
}

async function goOn(parts: DeployParts, store: StateStore, begun: DeploymentState): Promise<Outcome> {
  const { api, clock, manifests, tools, options, say, notify, signal } = parts;
  let state = begun;
  const platform = platformOf(manifests);
  const change = async (changes: Partial<DeploymentState>): Promise<void> => {
    signal.throwIfAborted();
    state = { ...state, ...changes };
    await store.save(state);
  };
  const tell = async (what: string): Promise<void> => {
    say(`  ${what}`);
    await change({ journal: [...state.journal, { at: new Date(clock.now()).toISOString(), what }] });
  };
  const { id, from, to, image } = state;
  // A deployment of a program from before they were kept has no names.
  const before = state.before.length > 0 ? state.before : platform.services;
  const all = [...new Set([...before, ...platform.services, ...state.after])];
  const context: StepContext = {
    api,
    clock,
    platform,
    tools,
    options,
    id,
    from,
    to,
    before,
    all,
    tell,
    signal,
  };
  const news = (kind: News['kind'], reason?: string): Promise<void> =>
    notify({ kind, image, environment: options.environment, ...(reason ? { reason } : {}) });

  if (state.first) {
    say(`${image}: the first version here`);
    await change({});
    await news('began');
    await install(context);
    await change({ phase: 'done' });
    await news('succeeded');
    return { deployed: true, colour: to };
  }
  if (state.phase === 'forward') {
    say(`${image}: from ${from} to ${to}`);
    if (state.step === 'prepare') await news('began');
    try {
      for (const name of stepNames.slice(stepNames.indexOf(state.step))) {
        await change({ step: name });
        say(`${name} …`);
        await steps[name](context);
      }
      await change({ phase: 'done' });
      await news('succeeded');
      return { deployed: true, colour: to };
    } catch (error) {
      // Killed, told to stop, or without its lease: a run goes on from here. Nothing is left to go back to at the end.
      if (signal.aborted || state.step === 'retire') throw error;
      await change({ phase: 'back', reason: messageOf(error) });
    }
  }
  const reason = state.reason ?? 'nobody has said why';
  await tell(`going back: ${reason}`);
  await insisting(() => goBack(context, state.step), parts);
  await change({ phase: 'rolled back' });
  await news('rolled back', reason);
  return { deployed: false, reason };
}

const backWithinMs = 15 * 60_000;
const againAfterMs = 15_000;

/** What failed is done again: nobody is to be left with a version that is not as it must be for want of a moment's patience. */
async function insisting(work: () => Promise<void>, { clock, say, signal }: DeployParts): Promise<void> {
  const deadline = clock.now() + backWithinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || error instanceof UserError || clock.now() > deadline) throw error;
      say(`  not yet: ${messageOf(error)}`);
      await clock.pause(againAfterMs, signal);
    }
  }
}
