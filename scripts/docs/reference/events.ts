import { z } from 'zod';
import { messages } from '#contracts/messages.ts';
import { type TopicDefinition, topics } from '#contracts/topics.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { cell, code, page, table } from './markdown.ts';

const dayMs = 24 * 3_600_000;
const kept = ({ retentionMs }: TopicDefinition): string =>
  retentionMs < 0 ? 'for ever' : `${retentionMs / dayMs} days`;

interface Channel {
  readonly address: string;
}
interface AsyncOperation {
  readonly action: 'send' | 'receive';
  readonly channel: { readonly $ref: string };
}

/** Who sends and receives on each topic, of the services' AsyncAPI documents. */
function users(
  documents: ReadonlyMap<string, Json>,
  action: AsyncOperation['action'],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, document] of documents) {
    if (!name.endsWith('.asyncapi')) continue;
    const channels = document.channels as Readonly<Record<string, Channel>>;
    for (const operation of Object.values(document.operations as Readonly<Record<string, AsyncOperation>>)) {
      if (operation.action !== action) continue;
      const address = channels[operation.channel.$ref.split('/').at(-1) ?? '']?.address ?? '';
      const services = found.get(address) ?? [];
      const service = name.replace('.asyncapi', '');
      if (!services.includes(service)) services.push(service);
      found.set(address, services);
    }
  }
  return found;
}

interface DataSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly anyOf?: readonly DataSchema[];
  readonly oneOf?: readonly DataSchema[];
}

/** The names of all fields, of whichever shape. */
function fieldsOf({ properties = {}, anyOf = [], oneOf = [] }: DataSchema): string[] {
  return [...new Set([...Object.keys(properties), ...[...anyOf, ...oneOf].flatMap(fieldsOf)])];
}

/** Topics and messages, of contracts/ and the services' AsyncAPI documents. */
export function eventsReference(documents: ReadonlyMap<string, Json>): string {
  const [senders, receivers] = [users(documents, 'send'), users(documents, 'receive')];
  const of = (map: Map<string, string[]>, name: string): string => (map.get(name) ?? []).join(', ');
  const topicRows = topics.map((topic) => [
    code(topic.name),
    String(topic.partitions),
    kept(topic),
    of(senders, topic.name),
    of(receivers, topic.name),
  ]);
  const messageRows = messages.map(({ type, topic, summary, data }) => {
    const schema = z.toJSONSchema(data, { unrepresentable: 'any', io: 'input' }) as DataSchema;
    return [code(type), code(topic.name), cell(summary), fieldsOf(schema).map(code).join(', ')];
  });
  return page(
    'Events and commands',
    'contracts/ and the AsyncAPI documents',
    'Messages are CloudEvents 1.0 in Kafka’s binary mode: `ce_*` headers, the data as JSON, W3C trace context beside. Services serve their documents at `/asyncapi.json`, with every schema. The last part of a type is the version of its schema; what readers can’t ignore is a new one.',
    `## Topics\n\n${table(['topic', 'partitions', 'kept', 'sent by', 'read by'], topicRows)}`,
    `## Messages\n\n${table(['type', 'topic', 'what it tells', 'fields'], messageRows)}`,
  );
}
