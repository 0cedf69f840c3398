import { Cluster } from '../../cluster/cluster.ts';
import {
  chooseProvider,
  forgetConnection,
  readConnection,
  saveConnection,
} from '../../cluster/connection.ts';
import { provideImages } from '../../cluster/images.ts';
import { restoreBackup, restoreNamespace } from '../../cluster/restore.ts';
import { startOverlay } from '../../cluster/rollout.ts';
import { clusterSuite } from '../../cluster/suite.ts';
import { ensureEngine } from '../../docker/engine.ts';
import { ensureKubectl } from '../../kubernetes/ensure-kubectl.ts';
import { overlayPath, overlays } from '../../kubernetes/manifests.ts';
import { parseFlags } from '../../stack/flags.ts';
import { closingLine, runSuites } from '../../suites/run-suites.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

/** Brings a cluster up with every image in it. */
async function prepare(context: string | undefined, signal: AbortSignal): Promise<Cluster> {
  await ensureEngine(signal);
  await ensureKubectl(signal);
  const provider = await chooseProvider(context, signal);
  const images = await step('Getting the images', ({ note }) => provideImages(signal, note));
  const access = await step(`Starting ${provider.title}`, ({ note }) => provider.up(signal, note));
  await saveConnection({ provider, access });
  await step(`Loading ${images.length} images into it`, () => provider.load(images, signal));
  return new Cluster(access);
}

async function up(overlay: string, context: string | undefined, signal: AbortSignal): Promise<number> {
  const known = overlays.find((name) => name === overlay);
  if (!known) throw new UserError(`There is no overlay "${overlay}".`, `There are: ${overlays.join(', ')}.`);
  const cluster = await prepare(context, signal);
  await step(`Starting ${overlayPath(known)}`, () => startOverlay(cluster, overlayPath(known), signal));
  const { kubeconfig, context: name } = (await readConnection()).access;
  say('Go Coffee runs on Kubernetes. To reach it:');
  if (kubeconfig) say(`  export KUBECONFIG=${kubeconfig}`);
  if (name) say(`  kubectl config use-context ${name}`);
  say('  kubectl port-forward --namespace go-coffee-platform service/producer 8080');
  say('  kubectl port-forward --namespace go-coffee-monitoring service/jaeger-query 16686');
  say('docs/kubernetes.md names the others. ./coffee cluster down stops it.');
  return 0;
}

async function test(quick: boolean, context: string | undefined, signal: AbortSignal): Promise<number> {
  const cluster = await prepare(context, signal);
  await cluster.kubectl(['version'], { signal });
  const reports = await runSuites([clusterSuite(quick)], signal);
  say(closingLine(reports));
  return reports.some((report) => report.failed > 0) ? 1 : 0;
}

async function restore(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const { backup, orders } = await step(`Restoring into ${restoreNamespace}`, ({ note }) =>
    restoreBackup(cluster, signal, note),
  );
  say(`Backup ${backup} is restored: ${orders} orders are in PostgreSQL of namespace ${restoreNamespace}.`);
}

async function down(signal: AbortSignal): Promise<number> {
  const { provider } = await readConnection();
  await step(`Taking ${provider.title} down`, () => provider.down(signal));
  await forgetConnection();
  say('It is gone, with all data. ./coffee cluster up starts it again.');
  return 0;
}

export const command: Command = {
  summary: 'Run the platform on Kubernetes, and test it there: up, test, down',
  usage: `Usage: ./coffee cluster up [--overlay NAME] [--context NAME]
       ./coffee cluster test [--quick] [--context NAME]
       ./coffee cluster restore
       ./coffee cluster down

  up       makes a cluster, loads the images and applies an overlay (local)
  test     applies overlays/local, then overlays/production, and checks what they promise: orders and traces, network
           policies, rights, scaling, evictions and updates under traffic, backup; installs, upgrades and rolls back the Helm
           chart. --quick: the local overlay only, and nothing that breaks things. Removes the platform's namespaces before
           and after.
  restore  restores the newest backup of PostgreSQL into a namespace of its own, go-coffee-restore
  down     takes the cluster away; from a cluster that was there before, only the platform's namespaces

The cluster is the one of --context; else of COFFEE_CLUSTER_SCRIPT or ../shared/cluster/cluster, where that is; else kind,
where it is installed; else the one that KUBECONFIG names, if it is on this machine.`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'cluster',
      args,
      {
        overlay: { type: 'string', default: 'local' },
        context: { type: 'string' },
        quick: { type: 'boolean', default: false },
      },
      true,
    );
    const [action] = positionals;
    switch (action) {
      case 'up':
        return up(values.overlay, values.context, signal);
      case 'test':
        return test(values.quick, values.context, signal);
      case 'down':
        return down(signal);
      case 'restore': {
        const { access } = await readConnection();
        await restore(new Cluster(access), signal);
        return 0;
      }
      default:
        throw new UserError(
          `There is no "cluster ${action ?? ''}".`,
          './coffee cluster --help tells what there is.',
        );
    }
  },
};
