import type { Colour } from '#platform/database/active-colour.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import {
  candidateOf,
  candidateServices,
  inColour,
  nameOf,
  otherColour,
  type Platform,
  selectorPatch,
} from './colours.ts';
import { GateError } from './gate-error.ts';
import {
  activateJob,
  activateName,
  candidateAddresses,
  consumerOf,
  migrateJob,
  runAgain,
  runJob,
  toolsJob,
  toolsPolicies,
} from './jobs.ts';
import { MemoryWatch } from './memory.ts';
import type { DeployOptions } from './options.ts';
import {
  deploymentOf,
  noRestartSince,
  replicasOf,
  restartsOf,
  scale,
  untilReady,
  untilSharedReady,
} from './pods.ts';
import type { StepName } from './state.ts';

/** What the steps of one deployment work with. */
export interface StepContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly platform: Platform;
  readonly tools: readonly Manifest[];
  readonly options: DeployOptions;
  readonly id: string;
  readonly from: Colour;
  readonly to: Colour;
  /** The services of the old version: the new one may bring some, and take some away. */
  readonly before: readonly string[];
  /** Those of both. */
  readonly all: readonly string[];
  /** Says what was done, to people and to the journal. */
  readonly tell: (what: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Does its part, whether or not that was begun before. @throws GateError when the version is not as it must be */
type Step = (context: StepContext) => Promise<void>;

const isAutoscaler = ({ kind }: Manifest): boolean => kind === 'HorizontalPodAutoscaler';

async function sendTo(api: Api, services: readonly string[], colour: Colour): Promise<void> {
  for (const service of services) await api.patch('service', service, selectorPatch(colour));
}

/**
 * Who is asked, and then who works. In this order: what gives its work up starts anew, all pods at once, and nobody may be
 * asking them by then. Who waits answers requests as well.
 */
async function moveTo(context: StepContext, colour: Colour): Promise<void> {
  const { api, platform, id, from, before, clock, signal } = context;
  // A Job of the other direction, of a run that was killed, must not come late.
  await api.remove('job', activateName(id, otherColour(colour)));
  await sendTo(api, colour === from ? before : platform.services, colour);
  // By what was there before: the way back must not depend on the new version, nor on its configuration.
  const consumer = await deploymentOf(api, 'consumer', from);
  if (!consumer) throw new Error(`There is no ${nameOf('consumer', from)}.`);
  await runAgain(api, activateJob(consumer, id, colour), clock, signal);
}

const prepare: Step = async ({ api, platform, tools, from, before, clock, signal, tell }) => {
  // First of all: no request is for pods that nobody has tried.
  await sendTo(api, before, from);
  // A Job can't be changed, and may be done again.
  await api.remove('job', 'bootstrap');
  await api.apply([...platform.shared, ...toolsPolicies(tools)]);
  await sendTo(
    api,
    platform.services.filter((service) => !before.includes(service)),
    from,
  );
  await untilSharedReady(api, platform.shared, clock, signal);
  await tell(`what both colours share is applied and ready; requests go to ${from}`);
};

const migrate: Step = async ({ api, platform, id, clock, signal, tell }) => {
  await runJob(api, migrateJob(consumerOf(platform), `migrate-${id}`), clock, signal);
  await tell('roles, schemas, topics and rights are those of the new version; the old one runs on them');
};

/** As many pods as the colour that works, and not fewer than there are; one of what is new. */
async function matching({ api, platform, from, to }: StepContext): Promise<Map<string, number>> {
  const [working, own] = [
    await replicasOf(api, platform.services, from),
    await replicasOf(api, platform.services, to),
  ];
  return new Map(
    platform.services.map((service) => [service, Math.max(working.get(service) ?? 1, own.get(service) ?? 0)]),
  );
}

async function removeAutoscalers({ api, platform }: StepContext, colour: Colour): Promise<void> {
  for (const { kind, metadata } of inColour(platform, colour).filter(isAutoscaler))
    await api.remove(kind, metadata.name);
}

const candidate: Step = async (context) => {
  const { api, platform, to, clock, signal, tell } = context;
  const own = inColour(platform, to);
  // What is idle would be scaled in. They come back with the requests.
  await removeAutoscalers(context, to);
  await api.apply([...own.filter((one) => !isAutoscaler(one)), ...candidateServices(platform, to)]);
  await scale(api, to, await matching(context));
  await untilReady(api, platform.services, to, clock, signal);
  await tell(`${to} is up and waits`);
};

/** What nobody has relied on yet has no reason to have restarted. */
const neverRestarted = new Map<string, number>();

const smoke: Step = async ({ api, platform, tools, id, to, options, clock, signal, tell }) => {
  if (options.skipTests) return tell('smoke tests and objectives are skipped, as asked for');
  const addresses = await candidateAddresses(api, platform.services);
  const trial = toolsJob(tools, `smoke-${id}`, ['smoke', '--through', 'producer'], addresses);
  await runAgain(api, trial, clock, signal);
  await noRestartSince(neverRestarted, api, platform.services, to);
  await tell('the new version answers, quickly and without errors, and an order through it is served');
  await runAgain(api, toolsJob(tools, `objectives-${id}`, ['smoke', '--objectives', '2']), clock, signal);
  await tell('the objectives of the platform hold');
};

const switchOver: Step = async (context) => {
  const { api, platform, from, to, clock, signal, tell } = context;
  // An autoscaler may have asked for more of the old colour meanwhile.
  await scale(api, to, await matching(context));
  await untilReady(api, platform.services, to, clock, signal);
  await moveTo(context, to);
  await api.apply(inColour(platform, to).filter(isAutoscaler));
  // What waits has no load, and an autoscaler would take the pods away that there are to go back to.
  await removeAutoscalers(context, from);
  await tell(`${to} works and is asked`);
};

const watchLookMs = 15_000;

const watch: Step = async (context) => {
  const { api, platform, tools, id, to, options, clock, signal, tell } = context;
  const restarts = await restartsOf(api, platform.services, to);
  const memory = new MemoryWatch();
  if (!(await memory.look(api, platform.services, to)))
    await tell('nobody measures memory here (metrics.k8s.io): what leaks is found when it has run out');
  const from = clock.now();
  const end = from + options.watchMs;
  do {
    await clock.pause(Math.min(watchLookMs, Math.max(0, end - clock.now())), signal);
    signal.throwIfAborted();
    await noRestartSince(restarts, api, platform.services, to);
    await memory.look(api, platform.services, to);
    // As clients do, and with the colour that works behind it.
    await runAgain(api, toolsJob(tools, `watch-${id}`, ['smoke', '--requests', '20']), clock, signal);
  } while (clock.now() < end);
  await untilReady(api, platform.services, to, clock, signal);
  const found = 'nothing has crashed under traffic, orders are served';
  if (options.skipTests) return tell(`${found}; objectives are skipped, as asked for`);
  const minutes = String(Math.max(1, Math.floor((clock.now() - from) / 60_000)));
  await runAgain(
    api,
    toolsJob(tools, `objectives-${id}`, ['smoke', '--objectives', minutes, '--measured']),
    clock,
    signal,
  );
  await tell(`${found}, and objectives hold`);
};

const keep: Step = async ({ api, platform, from, to, options, clock, signal, tell }) => {
  await tell(`${from} stays up for ${options.keepMs / 1000} s, to go back to`);
  const restarts = await restartsOf(api, platform.services, to);
  const memory = new MemoryWatch();
  const end = clock.now() + options.keepMs;
  while (clock.now() < end) {
    await clock.pause(Math.min(watchLookMs, end - clock.now()), signal);
    signal.throwIfAborted();
    await noRestartSince(restarts, api, platform.services, to);
    await memory.look(api, platform.services, to);
  }
};

/** An autoscaler leaves alone what has no pods. */
async function rest({ api, all }: StepContext, colour: Colour): Promise<void> {
  await scale(api, colour, new Map(all.map((service) => [service, 0])));
  for (const service of all) await api.remove('service', candidateOf(service));
}

const retire: Step = async (context) => {
  await rest(context, context.from);
  await context.tell(`${context.from} has no pods any more`);
};

export const steps: Readonly<Record<StepName, Step>> = {
  prepare,
  migrate,
  candidate,
  smoke,
  switch: switchOver,
  watch,
  keep,
  retire,
};

/** From here on the new version may have worked. */
const moved: readonly StepName[] = ['switch', 'watch', 'keep'];

/** Lets the old version work and be asked, as it did, and the new one rest. Begun before or not. */
export async function goBack(context: StepContext, at: StepName): Promise<void> {
  const { api, platform, before, from, to, tell } = context;
  if (moved.includes(at)) {
    const [own, theirs] = [await replicasOf(api, before, from), await replicasOf(api, before, to)];
    const enough = [...own].map(
      ([service, count]) => [service, Math.max(count, theirs.get(service) ?? 0, 1)] as const,
    );
    await removeAutoscalers(context, from);
    await scale(api, from, new Map(enough));
    await untilEnough(context);
    await moveTo(context, from);
    await tell(`${from} works and is asked again`);
    const autoscaled = inColour(platform, from).filter(isAutoscaler);
    const known = before.map((service) => nameOf(service, from));
    await api.apply(autoscaled.filter(({ metadata }) => known.includes(metadata.name)));
  }
  await rest(context, to);
  await tell(`${to} has no pods any more`);
}

const allWithinMs = 60_000;

/**
 * Waits for the old version's pods. Whoever asks the bad version meanwhile suffers, and it may hold the room that they need: one
 * of each service is enough after a minute. @throws GateError when there is none
 */
async function untilEnough({ api, before, from, clock, signal, tell }: StepContext): Promise<void> {
  try {
    // Some of them have just given their work up, and may have crashed in the weeks before: patience.
    await untilReady(api, before, from, clock, signal, { isNew: false, withinMs: allWithinMs });
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    await tell(`${error.message} What there is has to do.`);
    await untilReady(api, before, from, clock, signal, { isNew: false, least: 1 });
  }
}

/** The first version on an empty cluster: there is nobody to go back to, and nobody who is asked meanwhile. */
export async function install(context: StepContext): Promise<void> {
  const { api, platform, tools, to, clock, signal, tell } = context;
  // A Job can't be changed: one of a version whose images can't be had would stand in the way of the next one.
  await api.remove('job', 'bootstrap');
  await api.apply([...platform.shared, ...toolsPolicies(tools), ...inColour(platform, to)]);
  await untilReady(api, platform.services, to, clock, signal);
  await sendTo(api, platform.services, to);
  await tell('the first version is up');
}
