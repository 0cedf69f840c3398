import type { Colour } from '#platform/database/active-colour.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import {
  candidateOf,
  candidateServices,
  colourLabel,
  inColour,
  nameOf,
  type Platform,
  selectorPatch,
} from './colours.ts';
import {
  activateJob,
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
  const { api, platform, id, from, clock, signal } = context;
  await sendTo(api, platform.services, colour);
  // By what was there before: the way back must not depend on the new version, nor on its configuration.
  const consumer = await deploymentOf(api, 'consumer', from);
  if (!consumer) throw new Error(`There is no ${nameOf('consumer', from)}.`);
  await runAgain(api, activateJob(consumer, id, colour), clock, signal);
}

const prepare: Step = async ({ api, platform, tools, from, clock, signal, tell }) => {
  // First of all: no request is for pods that nobody has tried.
  await sendTo(api, platform.services, from);
  // A Job can't be changed, and may be done again.
  await api.remove('job', 'bootstrap');
  await api.apply([...platform.shared, ...toolsPolicies(tools)]);
  await untilSharedReady(api, platform.shared, clock, signal);
  await tell(`what both colours share is applied and ready; requests go to ${from}`);
};

const migrate: Step = async ({ api, platform, id, clock, signal, tell }) => {
  await runJob(api, migrateJob(consumerOf(platform), `migrate-${id}`), clock, signal);
  await tell('roles, schemas, topics and rights are those of the new version; the old one runs on them');
};

/** As many pods as the colour that works, and not fewer than there are. */
async function matching({ api, platform, from, to }: StepContext): Promise<Map<string, number>> {
  const [working, own] = [
    await replicasOf(api, platform.services, from),
    await replicasOf(api, platform.services, to),
  ];
  return new Map([...working].map(([service, count]) => [service, Math.max(count, own.get(service) ?? 0)]));
}

const candidate: Step = async (context) => {
  const { api, platform, to, clock, signal, tell } = context;
  const own = inColour(platform, to);
  // What is idle would be scaled in. They come back with the requests.
  for (const { kind, metadata } of own.filter(isAutoscaler)) await api.remove(kind, metadata.name);
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
  const { api, platform, to, clock, signal, tell } = context;
  // An autoscaler may have asked for more of the old colour meanwhile.
  await scale(api, to, await matching(context));
  await untilReady(api, platform.services, to, clock, signal);
  await moveTo(context, to);
  await api.apply(inColour(platform, to).filter(isAutoscaler));
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
  const minutes = String(Math.max(1, Math.floor((clock.now() - from) / 60_000)));
  await runAgain(
    api,
    toolsJob(tools, `objectives-${id}`, ['smoke', '--objectives', minutes, '--measured']),
    clock,
    signal,
  );
  await tell('nothing has crashed under traffic, orders are served, and objectives hold');
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
async function rest({ api, platform }: StepContext, colour: Colour): Promise<void> {
  await scale(api, colour, new Map(platform.services.map((service) => [service, 0])));
  for (const service of platform.services) await api.remove('service', candidateOf(service));
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
  const { api, platform, from, to, clock, signal, tell } = context;
  if (moved.includes(at)) {
    const [own, theirs] = [
      await replicasOf(api, platform.services, from),
      await replicasOf(api, platform.services, to),
    ];
    const enough = [...theirs].map(
      ([service, count]) => [service, Math.max(count, own.get(service) ?? 0, 1)] as const,
    );
    await scale(api, from, new Map(enough));
    // Some of them have just given their work up, and may have crashed in the weeks before: patience.
    await untilReady(api, platform.services, from, clock, signal, false);
    await moveTo(context, from);
    await tell(`${from} works and is asked again`);
  }
  await rest(context, to);
  await tell(`${to} has no pods any more`);
}

/** The first version on an empty cluster: there is nobody to go back to, and nobody who is asked meanwhile. */
export async function install(context: StepContext): Promise<void> {
  const { api, platform, tools, to, clock, signal, tell } = context;
  await api.apply([...platform.shared, ...toolsPolicies(tools), ...inColour(platform, to)]);
  await untilReady(api, platform.services, to, clock, signal);
  await sendTo(api, platform.services, to);
  await tell('the first version is up');
}

/** Which colour is asked, by the selector of a Service; blue where nothing has said. */
export async function askedColour(api: Api, { services }: Platform): Promise<Colour> {
  const [first = ''] = services;
  const service = await api.get<{ spec: { selector: Record<string, string> } } & Manifest>('service', first);
  return service?.spec.selector[colourLabel] === 'green' ? 'green' : 'blue';
}
