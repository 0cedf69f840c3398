import type { Json } from '#platform/schema/json-schema.ts';
import { type Direction, schemaBreaks } from './schema-breaks.ts';

interface Message {
  readonly name?: string;
  readonly headers: Json;
  readonly payload: Json;
  readonly bindings?: { readonly kafka?: { readonly key?: Json } };
}
interface TopicBinding {
  readonly partitions?: number;
  readonly topicConfiguration?: Readonly<Record<string, number>>;
}
interface Channel {
  readonly address: string;
  readonly bindings?: { readonly kafka?: TopicBinding };
}
interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
}
interface Document {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const directions = { receive: 'taken', send: 'given' } as const satisfies Record<string, Direction>;

/** What breaks a partner at the other end of a topic that goes by the old document. */
export function asyncApiBreaks(old: Json, now: Json): string[] {
  const after = exchanged(now as unknown as Document);
  const messages = [...exchanged(old as unknown as Document)].flatMap(([place, was]) => {
    const is = after.get(place);
    if (!is) return [`${place}: is gone`];
    const direction = directions[was.action];
    return (['headers', 'payload', 'key'] as const).flatMap((part) => {
      const schemas = [was, is].map(({ message }) =>
        part === 'key' ? message.bindings?.kafka?.key : message[part],
      );
      const inside = part === 'payload' ? place : `${place} ${part}`;
      return schemaBreaks(
        { document: old, schema: schemas[0] },
        { document: now, schema: schemas[1] },
        direction,
        inside,
      );
    });
  });
  return [...topicBreaks(old as unknown as Document, now as unknown as Document), ...messages];
}

/** Messages by `receive orders.v1 TYPE`. */
function exchanged({ channels, operations, components }: Document) {
  const found = new Map<string, { readonly action: Operation['action']; readonly message: Message }>();
  for (const { action, channel, messages } of Object.values(operations)) {
    const address = channels[lastOf(channel.$ref)]?.address;
    for (const { $ref } of messages) {
      const key = lastOf($ref);
      const message = components.messages[key] as Message;
      found.set(`${action} ${address} ${message.name ?? key}`, { action, message });
    }
  }
  return found;
}

const lastOf = (reference: string): string => reference.split('/').at(-1) ?? '';

/** Keys keep their order only while the partitions are as many; and what is written is there as long as was said. */
function topicBreaks(old: Document, now: Document): string[] {
  const bindings = new Map(
    Object.values(now.channels).map(({ address, bindings: is }) => [address, is?.kafka]),
  );
  return Object.values(old.channels).flatMap(({ address, bindings: was }) => {
    const [before, after] = [was?.kafka, bindings.get(address)];
    // Without it, its messages are told as gone.
    if (!before || !after) return [];
    const partitions =
      before.partitions === after.partitions
        ? []
        : [`${address}: partitions were ${before.partitions}, are ${after.partitions}`];
    const shrunk = Object.entries(before.topicConfiguration ?? {}).flatMap(([key, value]) => {
      const present = after.topicConfiguration?.[key] ?? 0;
      // -1: for ever.
      const isLess = present !== -1 && (value === -1 || present < value);
      return isLess ? [`${address}: ${key} was ${value}, is ${present}`] : [];
    });
    return [...partitions, ...shrunk];
  });
}
