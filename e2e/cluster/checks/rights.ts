import { platform } from '../../../scripts/cluster/cluster.ts';
import { cluster } from '../stage.ts';

interface ResourceRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface RulesReview {
  readonly status: { readonly resourceRules: readonly ResourceRule[] };
}

// Every authenticated user may ask what it may do itself: those rules give no access to anything.
const aboutOneself = new Set([
  'selfsubjectreviews',
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'selfsubjectreviews.authentication.k8s.io',
]);

/**
 * What a ServiceAccount may do in a namespace, as the API server itself answers it: `verb resource[/name]`, sorted;
 * empty when nothing.
 */
export async function rightsOf(account: string, owner: string, namespace: string): Promise<string[]> {
  const { stdout } = await cluster.kubectl(
    [
      ...['create', '--validate=false', '--filename', '-', '--output', 'json'],
      ...['--as', `system:serviceaccount:${owner}:${account}`],
      ...['--as-group', 'system:serviceaccounts', '--as-group', `system:serviceaccounts:${owner}`],
      ...['--as-group', 'system:authenticated'],
    ],
    {
      input: JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace },
      }),
    },
  );
  const { status } = JSON.parse(stdout) as RulesReview;
  return status.resourceRules
    .flatMap(({ verbs, resources = [], resourceNames = [''] }) =>
      resources
        .filter((resource) => !aboutOneself.has(resource))
        .flatMap((resource) =>
          verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${resource}${name && `/${name}`}`)),
        ),
    )
    .sort();
}

export async function accountsOf(namespace: string): Promise<string[]> {
  const accounts = await cluster.list<{ metadata: { name: string } }>([
    'serviceaccounts',
    '--namespace',
    namespace,
  ]);
  return accounts.map(({ metadata }) => metadata.name);
}

/** What the API server says to a pod with this specification; empty when it takes it. Nothing is made. */
export async function refusalOf(change: {
  pod?: object;
  container?: object;
  volumes?: object[];
}): Promise<string> {
  const hardened = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    ...change.container,
  };
  const { code, stderr } = await cluster.tryKubectl(['create', '--dry-run=server', '--filename', '-'], {
    input: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'intruder', namespace: platform },
      spec: {
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65532,
          seccompProfile: { type: 'RuntimeDefault' },
          ...change.pod,
        },
        containers: [{ name: 'intruder', image: 'intruder', securityContext: hardened }],
        ...(change.volumes ? { volumes: change.volumes } : {}),
      },
    }),
  });
  return code === 0 ? '' : stderr;
}
