import kafkajs, { type AclEntry, type Admin } from 'kafkajs';

// Node finds only some of the names that this CommonJS module exports.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** One thing that a user may do. */
export interface Acl {
  /** The common name of its certificate. */
  readonly user: string;
  readonly resource: 'topic' | 'group' | 'cluster';
  /** `*` is every one; a cluster's is `kafka-cluster`. */
  readonly name: string;
  /** `name` is only how the names begin. */
  readonly prefixed?: true;
  readonly operation:
    | 'read'
    | 'write'
    | 'create'
    | 'delete'
    | 'alter'
    | 'describe'
    | 'describe-configs'
    | 'alter-configs';
}

const resourceTypes = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
} as const;
const operations = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  create: AclOperationTypes.CREATE,
  delete: AclOperationTypes.DELETE,
  alter: AclOperationTypes.ALTER,
  describe: AclOperationTypes.DESCRIBE,
  'describe-configs': AclOperationTypes.DESCRIBE_CONFIGS,
  'alter-configs': AclOperationTypes.ALTER_CONFIGS,
} as const;

const entryOf = ({ user, resource, name, prefixed, operation }: Acl): AclEntry => ({
  principal: `User:${user}`,
  host: '*',
  permissionType: AclPermissionTypes.ALLOW,
  resourceType: resourceTypes[resource],
  resourceName: name,
  resourcePatternType: prefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  operation: operations[operation],
});

const textOf = (entry: AclEntry): string =>
  [
    entry.principal,
    entry.host,
    entry.permissionType,
    entry.resourceType,
    entry.resourcePatternType,
    entry.resourceName,
    entry.operation,
  ].join(' ');

/** All that the cluster has. Needs the right to describe it. */
async function existingAcls(admin: Admin): Promise<AclEntry[]> {
  const { resources } = await admin.describeAcls({
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
    operation: AclOperationTypes.ANY,
  });
  return resources.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
    acls.map((acl) => ({ ...acl, resourceType, resourceName, resourcePatternType })),
  );
}

/**
 * Makes the rights of these users what they should be: what is missing is given, what is too much is taken. Rights of
 * other users, such as an operator's own, stay.
 *
 * @returns how many were given and taken.
 */
export async function ensureAcls(
  admin: Admin,
  acls: readonly Acl[],
): Promise<{ readonly given: number; readonly taken: number }> {
  const wanted = new Map(acls.map(entryOf).map((entry) => [textOf(entry), entry]));
  const users = new Set([...wanted.values()].map(({ principal }) => principal));
  const existing = (await existingAcls(admin)).filter(({ principal }) => users.has(principal));
  const known = new Set(existing.map(textOf));
  const missing = [...wanted].filter(([text]) => !known.has(text)).map(([, entry]) => entry);
  const superfluous = existing.filter((entry) => !wanted.has(textOf(entry)));
  if (missing.length > 0) await admin.createAcls({ acl: missing });
  if (superfluous.length > 0) await admin.deleteAcls({ filters: superfluous });
  return { given: missing.length, taken: superfluous.length };
}
