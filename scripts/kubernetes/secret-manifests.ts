import { stringify } from 'yaml';
import { authoritySecret, secretName } from '../../services/bootstrap/kubernetes-secrets.ts';
import { hostsOf, type Part, type Place, parts } from '../../services/bootstrap/parts.ts';
import { redisUsers } from '../../services/bootstrap/redis-users.ts';
import { hasSecrets, redisUsersFile } from '../../services/bootstrap/secrets.ts';

const namespaceOf = (place: Place): string => `go-coffee-${place}`;
const documents = (manifests: readonly object[]): string =>
  manifests.map((manifest) => stringify(manifest, { lineWidth: 0, version: '1.1' })).join('---\n');

/** The Secrets of a part: its certificate, and its passwords if it has any. */
export const secretsOf = (part: Part): string[] => [
  secretName(part.name, 'tls'),
  ...(hasSecrets(part) ? [secretName(part.name, 'secrets')] : []),
];

/** What bootstrap handles in a namespace. */
export const handledSecrets = (place: Place): string[] => [
  ...(place === 'platform' ? [authoritySecret] : []),
  ...parts.filter((part) => part.place === place).flatMap(secretsOf),
];

/** Create can't be limited to names, since RBAC sees none then; reading and updating are. */
function role(name: string, place: Place, mayCreate: boolean): object {
  const secrets = { apiGroups: [''], resources: ['secrets'] };
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name, ...(place === 'platform' ? {} : { namespace: namespaceOf(place) }) },
    rules: [
      ...(mayCreate ? [{ ...secrets, verbs: ['create'] }] : []),
      { ...secrets, resourceNames: handledSecrets(place), verbs: ['get', 'update'] },
    ],
  };
}

const bindingElsewhere = (name: string, place: Place): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name, namespace: namespaceOf(place) },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
  subjects: [{ kind: 'ServiceAccount', name, namespace: namespaceOf('platform') }],
});

function certificate(part: Part): object {
  const hosts = hostsOf(part);
  const addresses = hosts.filter((host) => /^[\d.]+$/.test(host));
  const names = hosts.filter((host) => !addresses.includes(host));
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: secretName(part.name, 'tls'), namespace: namespaceOf(part.place) },
    spec: {
      secretName: secretName(part.name, 'tls'),
      commonName: part.name,
      ...(names.length > 0 ? { dnsNames: names } : {}),
      ...(addresses.length > 0 ? { ipAddresses: addresses } : {}),
      usages: ['digital signature', ...part.usages.map((usage) => `${usage} auth`)],
      duration: '720h',
      renewBefore: '240h',
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
      issuerRef: { kind: 'ClusterIssuer', name: 'go-coffee-parts' },
    },
  };
}

function externalSecret(part: Part): object {
  const name = secretName(part.name, 'secrets');
  // Redis gets hashes of its users' passwords: the operator makes them of the same ones.
  const users =
    part.name === 'redis' ? redisUsers((password) => `{{ index . "${password}" | sha256sum }}`) : undefined;
  const wanted = users
    ? ['redis-password', ...parts.flatMap(({ passwords }) => passwords.filter((one) => /-redis-/.test(one)))]
    : part.passwords;
  const template = users && {
    data: { 'redis-password': '{{ index . "redis-password" }}', [redisUsersFile]: users },
  };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: namespaceOf(part.place) },
    spec: {
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'go-coffee' },
      target: { name, ...(template ? { template } : {}) },
      data: wanted.map((key) => ({ secretKey: key, remoteRef: { key: `go-coffee/${key}` } })),
    },
  };
}

/** Manifests that say of each part what services/bootstrap/parts.ts says: contents by path. */
export function secretManifests(): Map<string, string> {
  const elsewhere = ['bootstrap', 'renewal'].flatMap((name) => [
    role(name, 'monitoring', name === 'bootstrap'),
    bindingElsewhere(name, 'monitoring'),
  ]);
  return new Map([
    ['k8s/base/bootstrap/role.yaml', documents([role('bootstrap', 'platform', true)])],
    // It only renews what is there.
    ['k8s/base/renewal/role.yaml', documents([role('renewal', 'platform', false)])],
    ['k8s/components/monitoring/secrets-roles.yaml', documents(elsewhere)],
    ['k8s/components/cert-manager/parts.yaml', documents(parts.map(certificate))],
    [
      'k8s/components/external-secrets/external-secrets.yaml',
      documents(parts.filter(hasSecrets).map(externalSecret)),
    ],
  ]);
}
