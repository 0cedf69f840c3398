import { deadLetterHeaders } from '#contracts/events/headers.ts';
import { headersOf, keyOf, type MessageDefinition } from '#contracts/messages.ts';
import type { TopicDefinition } from '#contracts/topics.ts';
import { type Json, jsonSchema } from '../schema/json-schema.ts';

/** What a service has to do with Kafka. */
export interface Messaging {
  readonly sends: readonly MessageDefinition[];
  readonly receives: readonly MessageDefinition[];
  /** The dead letter topics that it writes to. */
  readonly buriesIn?: readonly TopicDefinition[];
}

export interface MessagingInfo {
  readonly title: string;
  readonly version: string;
}

// https://github.com/asyncapi/bindings/blob/master/kafka/README.md
const bindingVersion = '0.5.0';

/**
 * The AsyncAPI 3.0 document of a service. Schemas depend on the direction: what is received may lack what older versions
 * do not write, what is sent has it always.
 *
 * https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function describeMessaging(messaging: Messaging, { title, version }: MessagingInfo): Json {
  const channels = new Map<string, Channel>();
  const channelOf = (topic: TopicDefinition): Channel => {
    const channel = channels.get(topic.name) ?? new Channel(topic);
    channels.set(topic.name, channel);
    return channel;
  };
  for (const message of messaging.receives) channelOf(message.topic).add('receive', message);
  for (const message of messaging.sends) channelOf(message.topic).add('send', message);
  for (const topic of messaging.buriesIn ?? []) channelOf(topic).bury();
  const all = [...channels.values()];
  return {
    asyncapi: '3.0.0',
    info: { title, version, description: 'CloudEvents 1.0 in binary mode, keyed by what they are about.' },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(all.map((channel) => [channel.name, channel.description])),
    operations: Object.fromEntries(all.flatMap((channel) => channel.operations)),
    components: { messages: Object.assign({}, ...all.map((channel) => channel.messages)) },
  };
}

type Action = 'send' | 'receive';

class Channel {
  readonly name: string;
  readonly #topic: TopicDefinition;
  readonly #messages = new Map<string, Json>();
  readonly #actions = new Map<Action, string[]>();

  constructor(topic: TopicDefinition) {
    this.#topic = topic;
    // The key of a channel may have no dots; `orders.v1` stays recognisable.
    this.name = topic.name.replaceAll('.', '-');
  }

  add(action: Action, message: MessageDefinition): void {
    const name = message.type.replace(/^dev\.gocoffee\./, '').replaceAll('.', '-');
    // Of what is received and sent alike, the wider description holds.
    if (!this.#messages.has(name)) this.#messages.set(name, cloudEvent(message, action));
    this.#operate(action, name);
  }

  bury(): void {
    const name = `${this.name}-letter`;
    this.#messages.set(name, {
      title: 'A message that could not be processed',
      summary: 'Key, value and headers as they came, with error and origin in further headers',
      headers: jsonSchema(deadLetterHeaders, 'output'),
      payload: { description: 'Whatever the message had, byte by byte' },
      bindings: { kafka: { key: { type: 'string' }, bindingVersion } },
    });
    this.#operate('send', name);
  }

  #operate(action: Action, message: string): void {
    this.#actions.set(action, [...(this.#actions.get(action) ?? []), message]);
  }

  get description(): Json {
    const { name: topic, partitions, retentionMs, maxMessageBytes } = this.#topic;
    const topicConfiguration = { 'retention.ms': retentionMs, 'max.message.bytes': maxMessageBytes };
    return {
      address: topic,
      messages: Object.fromEntries(
        [...this.#messages.keys()].map((name) => [name, { $ref: `#/components/messages/${name}` }]),
      ),
      bindings: { kafka: { topic, partitions, topicConfiguration, bindingVersion } },
    };
  }

  get operations(): [string, Json][] {
    const channel = { $ref: `#/channels/${this.name}` };
    return [...this.#actions].map(([action, names]) => {
      const messages = names.map((name) => ({ $ref: `#/channels/${this.name}/messages/${name}` }));
      const summary = action === 'send' ? `Writes ${this.#topic.name}` : `Reads ${this.#topic.name}`;
      return [`${action}-${this.name}`, { action, channel, summary, messages }];
    });
  }

  get messages(): Json {
    return Object.fromEntries(this.#messages);
  }
}

function cloudEvent(message: MessageDefinition, action: Action): Json {
  const { type, summary, data } = message;
  const io = action === 'send' ? 'output' : 'input';
  return {
    name: type,
    title: summary,
    contentType: 'application/json',
    headers: jsonSchema(headersOf(message), io),
    payload: jsonSchema(data, io),
    bindings: { kafka: { key: jsonSchema(keyOf(message), io), bindingVersion } },
  };
}
