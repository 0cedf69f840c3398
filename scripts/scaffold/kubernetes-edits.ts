import type { Edit } from './edit.ts';
import type { ServiceName } from './service-name.ts';

/** What a new service is on Kubernetes begins as a copy of this one's manifests. */
export const modelManifests = [
  'deployment.yaml',
  'kustomization.yaml',
  'service-account.yaml',
  'service.yaml',
] as const;
export const model = 'ai-orchestrator';

/** A manifest of the model for the new service, which asks for less: it does less. */
export const manifestOf = (kebab: string, text: string): string =>
  text.replaceAll(model, kebab).replace(/cpu: \d+m\n(\s+)memory: \d+Mi/, 'cpu: 20m\n$1memory: 96Mi');

/** One pod at a time may be taken away, also the only one: it does not scale by itself. */
export const disruptionBudget = (kebab: string, text: string): string =>
  text.replaceAll(model, kebab).replace('minAvailable: 1', 'maxUnavailable: 1');

/** Base, network policies, overlays, and the tests that name every service. */
export function kubernetesEdits({ kebab }: ServiceName): Edit[] {
  const afterModel = (path: string, indent = '  '): Edit => ({
    path,
    find: new RegExp(`^${indent}- ${model}(\\.yaml)?\\n`, 'm'),
    how: 'after',
    text: (found) => found.replace(model, kebab),
  });
  return [
    afterModel('k8s/base/kustomization.yaml'),
    afterModel('k8s/components/network-policies/kustomization.yaml'),
    afterModel('k8s/components/pdb/kustomization.yaml'),
    {
      path: 'scripts/kubernetes/generated-files.ts',
      find: /^ {2}'ai-orchestrator': 'k8s.*\n/m,
      how: 'after',
      text: `  '${kebab}': 'k8s/base/${kebab}/compose.env',\n`,
    },
    {
      path: 'scripts/kubernetes/compose-patch.ts',
      find: /^ {2}'ai-orchestrator': deployment.*\n/m,
      how: 'after',
      text: `  '${kebab}': deployment('${kebab}'),\n`,
    },
    {
      path: 'k8s/components/network-policies/otel-collector.yaml',
      find: /---\napiVersion: networking\.k8s\.io\/v1\nkind: NetworkPolicy\nmetadata:\n {2}name: edge-measured\n/,
      how: 'before',
      text: measuredPolicy(kebab),
    },
    {
      path: 'k8s/components/monitoring/otel-collector-policy.yaml',
      find: /\n {6}ports:\n {8}- port: 4317\n/,
      how: 'before',
      text: `
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: go-coffee-platform
          podSelector:
            matchLabels:
              app.kubernetes.io/name: ${kebab}`,
    },
    {
      path: 'k8s/components/monitoring/otel-collector-policy.yaml',
      find: /\n {4}- to:\n {8}- namespaceSelector:\n {12}matchLabels:\n {14}kubernetes\.io\/metadata\.name: go-coffee-platform\n {10}podSelector:\n {12}matchLabels:\n {14}app\.kubernetes\.io\/name: edge\n/,
      how: 'before',
      text: `
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: go-coffee-platform
          podSelector:
            matchLabels:
              app.kubernetes.io/name: ${kebab}
      ports:
        - port: 8080`,
    },
    ...['staging', 'production'].map((overlay): Edit => environmentOf(overlay, kebab)),
    {
      path: 'k8s/allowed-differences.yaml',
      find: /(?:^- parts: \[producer, consumer, [\w, -]+\]\n(?:(?!- parts:).*\n)*)+/m,
      how: 'instead',
      text: (found) => found.replaceAll(/^(- parts: \[producer, consumer, [\w, -]+)\]$/gm, `$1, ${kebab}]`),
    },
    {
      path: 'k8s/tests/rules.test.ts',
      find: /\/\^\(producer\|consumer\|[\w|-]+(?=\) \/\.test)/,
      how: 'after',
      text: `|${kebab}`,
    },
    {
      path: 'k8s/tests/combinations.test.ts',
      find: /toEqual\(\[\n {4}'ai-orchestrator',[^\]]+\]\)/,
      how: 'instead',
      text: (found) => withName(found, kebab),
    },
    {
      path: 'k8s/tests/colours.test.ts',
      find: /^const services = \['ai-orchestrator',[^\]]+\];/m,
      how: 'instead',
      text: (found) => {
        const names = [...found.matchAll(/[\w-]+(?=')/g)].map(([name]) => name).concat(kebab);
        return `const services = [${names
          .sort()
          .map((name) => `'${name}'`)
          .join(', ')}];`;
      },
    },
    ...roomFor,
    {
      path: 'services/bootstrap/kubernetes-secrets.test.ts',
      find: /toEqual\(\[\n {4}'shop\/ai-orchestrator-secrets',[^\]]+\]\)/,
      how: 'instead',
      text: (found) => withName(found, `shop/${kebab}-secrets`),
    },
    {
      path: 'k8s/tests/combinations.test.ts',
      find: /"imagePullPolicy":"Never"\/g\)\)\.toHaveLength\(\d+\)/,
      how: 'instead',
      text: (found) => found.replace(/\d+(?=\)$)/, (count) => String(Number(count) + 1)),
    },
  ];
}

/** What the namespace has to have room for besides: a pod and one more during an update, each in both colours. */
const roomFor: readonly Edit[] = (
  [
    ['pods', 4, ''],
    ['requests.cpu', 4 * 20, 'm'],
    ['requests.memory', 4 * 96, 'Mi'],
    ['limits.memory', 4 * 256, 'Mi'],
  ] as const
).map(([resource, more, unit]) => ({
  path: 'k8s/base/platform-namespace/platform-quota.yaml',
  find: new RegExp(`(?<=^ {4}${resource.replace('.', '\\.')}: "?)\\d+\\w*`, 'm'),
  how: 'instead',
  text: (found) => {
    const whole = unit !== '' && !found.endsWith(unit);
    const amount = Number.parseInt(found, 10) * (whole ? (unit === 'm' ? 1000 : 1024) : 1);
    return `${amount + more}${unit}`;
  },
}));

/** A sorted list of names, each on its line, with one more. */
function withName(list: string, name: string): string {
  const lines = list.split('\n');
  const later = lines.findIndex((line) => (/^ {4}'([\w/-]+)',$/.exec(line)?.[1] ?? '') > name);
  // A comment belongs to the name below it.
  const found = later < 0 ? lines.length - 1 : later;
  const at = lines[found - 1]?.trim().startsWith('//') ? found - 1 : found;
  return lines.toSpliced(at, 0, `    '${name}',`).join('\n');
}

const environmentOf = (overlay: string, kebab: string): Edit => ({
  path: `k8s/overlays/${overlay}/kustomization.yaml`,
  find: '  - name: web3-payment-environment\n',
  how: 'before',
  text: `  - name: ${kebab}-environment
    namespace: go-coffee-platform
    behavior: merge
    envs: [environment.env]
`,
});

const measuredPolicy = (kebab: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${kebab}-measured
  namespace: go-coffee-platform
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: ${kebab}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: go-coffee-monitoring
          podSelector:
            matchLabels:
              app.kubernetes.io/name: otel-collector
      ports:
        - port: 8080
`;

/** It sends telemetry, and calls nobody else yet. */
export const networkPolicy = (kebab: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${kebab}
  namespace: go-coffee-platform
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: ${kebab}
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: go-coffee-monitoring
          podSelector:
            matchLabels:
              app.kubernetes.io/name: otel-collector
      ports:
        - port: 4317
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
`;
