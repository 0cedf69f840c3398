import { hostname } from 'node:os';
import { Cluster } from '../../cluster/cluster.ts';
import { KubectlApi } from '../../deploy/api.ts';
import { clock } from '../../deploy/clock.ts';
import { deploy } from '../../deploy/deployment.ts';
import { differenceOf } from '../../deploy/dry-run.ts';
import { fenced } from '../../deploy/fenced-api.ts';
import { GateError } from '../../deploy/gate-error.ts';
import { DeploymentLease } from '../../deploy/lease.ts';
import { audienceOf, notifier } from '../../deploy/notify.ts';
import { type DeployOptions, isDigest, parseOptions, usage } from '../../deploy/options.ts';
import { checkPrerequisites } from '../../deploy/prerequisites.ts';
import { renderEnvironment, renderTools } from '../../deploy/rendering.ts';
import { signerArguments, signerOf, verifySignatures } from '../../deploy/signatures.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const currentContext = { kubeconfig: undefined, path: undefined, context: undefined };

async function verified(options: DeployOptions, signal: AbortSignal): Promise<DeployOptions> {
  const signer = signerArguments(signerOf(process.env), options.environment);
  if (!signer) {
    say('Signatures are not verified: nobody is named whose signature counts.');
    return options;
  }
  return await step('Verifying signatures', () => verifySignatures(options, signer, signal));
}

const whereTheJournalIs = ({ namespace }: DeployOptions): string =>
  `kubectl get configmap deployment --namespace ${namespace} has the journal.`;

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const asked = parseOptions(args);
  const cluster = new Cluster(currentContext);
  await step('Looking whether it can be done', () => checkPrerequisites(cluster, asked, signal));
  const options = await verified(asked, signal);
  const [manifests, tools] = await Promise.all([
    renderEnvironment(options, signal),
    renderTools(options, signal),
  ]);
  const api = new KubectlApi(cluster, options.namespace, signal);
  if (options.dryRun) {
    const difference = await differenceOf(api, manifests, tools);
    console.log(difference === '' ? 'Nothing would be changed.' : difference);
    say('This is what would be changed; nothing was.');
    return 0;
  }
  // The lease and the journal are in it.
  if (!(await api.get('namespace', options.namespace)))
    await api.apply(manifests.filter(({ kind }) => kind === 'Namespace'));
  const holder = `${hostname()}/${process.pid}`;
  await using lease = await step('Waiting for other deployments', () =>
    // Whoever is told to stop still gives it back.
    DeploymentLease.take(new KubectlApi(cluster, options.namespace), holder, clock, signal),
  );
  const outcome = await deploy({
    api: fenced(new KubectlApi(cluster, options.namespace, AbortSignal.any([signal, lease.lost])), lease),
    clock,
    manifests,
    tools,
    options,
    say,
    notify: notifier(audienceOf(process.env), say),
    signal: AbortSignal.any([signal, lease.lost]),
  }).catch((error: unknown): never => {
    if (!(error instanceof GateError)) throw error;
    throw new UserError(
      error.message,
      `Mend that and run it again: it goes on where it was. ${whereTheJournalIs(options)}`,
    );
  });
  if (!outcome.deployed)
    throw new UserError(
      `It was rolled back: ${outcome.reason}`,
      `The old version works. ${whereTheJournalIs(options)}`,
    );
  say(`${asked.imageTag} is deployed to ${options.environment} and works in ${outcome.colour}.`);
  if (isDigest(options.imageTag))
    say(`The same bytes elsewhere: --image-tag ${options.imageTag} --tools-tag ${options.toolsTag}`);
  return 0;
}

export const command: Command = {
  summary:
    'Deploy a version to a cluster: beside the old one, tried, switched, watched, rolled back by itself',
  usage,
  run,
};
