import { describe, expect, test } from 'vitest';
import { colours } from '#platform/database/active-colour.ts';
import { colourLabel, inColour, platformOf } from '../../scripts/deploy/colours.ts';
import { consumerOf, migrateJob, toolsJob, toolsPolicies } from '../../scripts/deploy/jobs.ts';
import { type Manifest, overlayPath, overlays, renderManifests } from '../../scripts/kubernetes/manifests.ts';

const tools = await renderManifests('k8s/tools');
const services = ['ai-orchestrator', 'consumer', 'producer', 'streams', 'web3-payment'];

interface Selecting {
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: { readonly metadata: { readonly labels: Record<string, string> } };
  };
}

describe.each(overlays)('overlays/%s', async (overlay) => {
  const manifests = await renderManifests(overlayPath(overlay));
  const platform = platformOf(manifests);
  const of = (kind: string, all: readonly Manifest[]) => all.filter((manifest) => manifest.kind === kind);

  test('has two colours of each of our services, and one of everything else', () => {
    expect(platform.services.toSorted()).toEqual(services);
    expect(platform.coloured.length + platform.shared.length).toBe(manifests.length);
    expect(of('Deployment', platform.shared).every(({ metadata }) => !services.includes(metadata.name))).toBe(
      true,
    );
  });

  test('makes blue of itself', () => {
    expect(inColour(platform, 'blue')).toEqual(platform.coloured);
  });

  // Guard: no controller of one colour counts pods of the other.
  test('selects no pod of blue by what selects green', () => {
    const [blue, green] = [inColour(platform, 'blue'), inColour(platform, 'green')];
    expect(green.every(({ metadata }) => metadata.name.endsWith('-green'))).toBe(true);
    const labels = of('Deployment', blue).map(
      (one) => (one as unknown as Selecting).spec.template.metadata.labels,
    );
    for (const one of [...of('Deployment', green), ...of('PodDisruptionBudget', green)]) {
      const wanted = Object.entries((one as unknown as Selecting).spec.selector.matchLabels);
      expect(labels.filter((has) => wanted.every(([key, value]) => has[key] === value))).toEqual([]);
    }
    for (const { metadata, spec } of of('HorizontalPodAutoscaler', green))
      expect((spec as { scaleTargetRef: { name: string } }).scaleTargetRef.name).toBe(metadata.name);
  });

  // Guard: an apply that names a number takes it back with the next one that does not.
  test('says no number of pods, so that an apply leaves them alone', () => {
    for (const colour of colours)
      for (const { kind, metadata, spec } of inColour(platform, colour))
        if (kind === 'Deployment') expect(spec, metadata.name).not.toHaveProperty('replicas');
  });

  test('has Services that select both, so that an apply leaves the active colour alone', () => {
    const selecting = of('Service', platform.shared).filter(({ metadata }) =>
      services.includes(metadata.name),
    );
    expect(selecting).toHaveLength(services.length);
    for (const { spec } of selecting)
      expect((spec as { selector: object }).selector).not.toHaveProperty(colourLabel);
  });
});

describe('the Jobs of a deployment', async () => {
  const platform = platformOf(await renderManifests(overlayPath('production')));

  interface JobSpec {
    readonly template: Selecting['spec']['template'] & {
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly args: readonly string[];
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
        readonly serviceAccountName: string;
        readonly hostAliases?: readonly unknown[];
      };
    };
  }

  test("migrate as the consumer's init container does, with its secrets and nothing of the consumer's own", () => {
    const { template } = migrateJob(consumerOf(platform), 'migrate-1').spec as JobSpec;
    expect(template.spec.containers.map(({ name, args }) => [name, ...args])).toEqual([
      ['migrate', 'services/migrate/main.ts'],
    ]);
    expect(template.spec.volumes.map(({ name }) => name).toSorted()).toEqual(
      template.spec.containers[0]?.volumeMounts.map(({ name }) => name).toSorted(),
    );
    // Of the consumer for network policies, and of no colour for Services, budgets and Deployments.
    expect(template.metadata.labels).toMatchObject({
      'app.kubernetes.io/name': 'consumer',
      [colourLabel]: 'none',
    });
  });

  test('try a version under the names that certificates have, at addresses of its own', () => {
    const job = toolsJob(tools, 'smoke-1', ['smoke'], new Map([['producer', '10.0.0.7']]));
    const { spec, metadata } = (job.spec as JobSpec).template;
    expect(spec.hostAliases).toEqual([{ ip: '10.0.0.7', hostnames: ['producer'] }]);
    expect(spec.containers[0]?.args).toEqual(['scripts/cli/main.ts', 'smoke']);
    const own = toolsPolicies(tools);
    expect(own.find(({ kind }) => kind === 'ServiceAccount')?.metadata.name).toBe(spec.serviceAccountName);
    const allowed = own.find(
      ({ kind, metadata: { name } }) => kind === 'NetworkPolicy' && name === 'deployment-tools',
    );
    const { podSelector } = (allowed?.spec ?? {}) as { podSelector?: { matchLabels: object } };
    expect(podSelector?.matchLabels).toEqual({
      'app.kubernetes.io/name': metadata.labels['app.kubernetes.io/name'],
    });
  });
});
