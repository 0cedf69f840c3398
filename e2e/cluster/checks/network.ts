import { monitoring, platform } from '../../../scripts/cluster/cluster.ts';
import { cluster, componentOf, type Pod, runningPods } from '../stage.ts';
import { doors } from './edges.ts';
import { reachFrom, startIdlePod } from './reach.ts';

interface Service {
  readonly spec: { readonly clusterIP: string };
}

const outside = 'go-coffee-outside';

/** Each look is a container more and a kubectl that asks for its end: all at once they took the processor from each other. */
const looksAtATime = 4;

/** Pods to look from, beside the platform's own: they serve nothing, and no Service or controller takes them for its own. */
async function extraPods(withBackup: boolean): Promise<[string, Pod][]> {
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: outside, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  const wanted: [string, string, string | undefined][] = [
    ['bootstrap', platform, 'bootstrap'],
    ['renewal', platform, 'renewal'],
    ['stranger', platform, undefined],
    ['outsider', outside, undefined],
    ...(withBackup
      ? ([['postgres-backup', platform, 'postgres-backup']] satisfies [string, string, string][])
      : []),
  ];
  return Promise.all(
    wanted.map(
      async ([name, namespace, component]): Promise<[string, Pod]> => [
        name,
        await startIdlePod(`look-from-${name}`, namespace, component),
      ],
    ),
  );
}

async function removeExtraPods(pods: readonly [string, Pod][]): Promise<void> {
  const names = pods.map(([, { metadata }]) => metadata).filter(({ namespace }) => namespace === platform);
  await cluster.kubectl(['delete', 'pod', '--namespace', platform, ...names.map(({ name }) => name)]);
  await cluster.kubectl(['delete', 'namespace', outside]);
}

/** The addresses of all doors, by `component:port`; of several pods of a component, one that is not the caller. */
function targetsFor(from: Pod, pods: readonly Pod[], apiServer: string): Map<string, string> {
  const targets = new Map([['api-server:443', `${apiServer}:443`]]);
  for (const [component, ports] of Object.entries(doors)) {
    const others = pods.filter(
      (pod) => componentOf(pod) === component && pod.metadata.uid !== from.metadata.uid,
    );
    const [target] = others;
    // A pod always reaches itself: that says nothing.
    if (target)
      for (const port of ports) targets.set(`${component}:${port}`, `${target.status.podIP}:${port}`);
  }
  return targets;
}

export interface Reached {
  /** What was open, by who asked: as in `edges`. */
  readonly open: Record<string, string[]>;
  /** What was tried, likewise. */
  readonly tried: Record<string, string[]>;
  /** What neither answered nor was dropped: nobody listens there, so that nothing was learnt. */
  readonly unclear: string[];
}

/** Tries every door from one pod of every component. */
export async function reachEverything(withBackup: boolean): Promise<Reached> {
  const pods = (await runningPods([platform, monitoring])).filter((pod) => componentOf(pod) in doors);
  const extra = await extraPods(withBackup);
  try {
    const { spec } = await cluster.get<Service>(['service', 'kubernetes', '--namespace', 'default']);
    const firsts = Object.keys(doors).map((component): [string, Pod] => {
      const pod = pods.find((candidate) => componentOf(candidate) === component);
      if (!pod) throw new Error(`${component} does not run.`);
      return [component, pod];
    });
    const reached: Reached = { open: {}, tried: {}, unclear: [] };
    const waiting = [...firsts, ...extra].values();
    const look = async (): Promise<void> => {
      for (const [name, pod] of waiting) {
        const targets = targetsFor(pod, pods, spec.clusterIP);
        const outcomes = await reachFrom(pod, [...targets.values()]);
        reached.tried[name] = [...targets.keys()].sort();
        reached.open[name] = [...targets]
          .filter(([, to]) => outcomes[to] === 'open')
          .map(([door]) => door)
          .sort();
        for (const [door, to] of targets) {
          const outcome = outcomes[to] ?? 'not tried';
          if (!['open', 'dropped'].includes(outcome)) reached.unclear.push(`${name} → ${door}: ${outcome}`);
        }
      }
    };
    await Promise.all(Array.from({ length: looksAtATime }, look));
    return reached;
  } finally {
    await removeExtraPods(extra);
  }
}
