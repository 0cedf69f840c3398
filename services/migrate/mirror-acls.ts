import { orderEventsTopic, ordersTopic, paymentsTopic } from '#contracts/topics.ts';
import type { Acl } from '#platform/kafka/acls.ts';

const user = 'mirror-maker';

/** What is copied from region to region: infrastructure/mirror-maker/start.sh. */
export const mirroredTopics = [ordersTopic, orderEventsTopic, paymentsTopic];

/** What is copied here from another region. */
export const copyOf = (region: string, topic: string): string => `${region}.${topic}`;

const rights = (
  resource: Acl['resource'],
  name: string,
  prefixed: boolean,
  ...operations: Acl['operation'][]
): Acl[] =>
  operations.map((operation) => ({
    user,
    resource,
    name,
    operation,
    ...(prefixed ? { prefixed: true as const } : {}),
  }));

/**
 * What MirrorMaker may do here. The other region's comes with a certificate that was made here, and reads what is copied; ours
 * writes the copies, and keeps what it knows in topics of its own. It writes to no topic that a service reads.
 * @param region the one that is copied from; without one nothing is copied, and nobody gets a right
 */
export function mirrorAcls(region: string | undefined): Acl[] {
  if (region === undefined) return [];
  return [
    ...mirroredTopics.flatMap(({ name }) => rights('topic', name, false, 'read', 'describe-configs')),
    ...mirroredTopics.flatMap(({ name }) =>
      rights(
        'topic',
        copyOf(region, name),
        false,
        'create',
        'write',
        'alter',
        'describe-configs',
        'alter-configs',
      ),
    ),
    // mm2-configs.<region>.internal and its like.
    ...rights('topic', 'mm2-', true, 'create', 'read', 'write', 'describe-configs', 'alter-configs'),
    ...rights('group', `${region}-mm2`, false, 'read'),
  ];
}
