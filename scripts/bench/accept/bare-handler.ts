/**
 * What a hand-written handler does at the very least: parses the order, gives it an id, and answers 202 when every
 * in-sync replica has it. No validation, no price, no token, no repeat, no trace. MICRO_BATCH=off: a produce request for
 * each order.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { ordersTopic } from '#contracts/topics.ts';

const { KAFKA_BROKERS = '', HTTP_PORT = '', MICRO_BATCH = 'on' } = process.env;
const lingerMs = 2;
const mostInFlight = 4;

const kafka = new Kafka({ brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING });
const producer = kafka.producer({ allowAutoTopicCreation: false });
await producer.connect();

interface Waiting {
  readonly message: Message;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let inFlight = 0;
let scheduled = false;

const send = (messages: Message[]) => producer.send({ topic: ordersTopic.name, acks: -1, messages });

function publish(message: Message): Promise<unknown> {
  if (MICRO_BATCH === 'off') return send([message]);
  return new Promise<void>((resolve, reject) => {
    waiting.push({ message, resolve, reject });
    if (!scheduled) setTimeout(flush, lingerMs);
    scheduled = true;
  });
}

function flush(): void {
  scheduled = false;
  if (waiting.length === 0 || inFlight >= mostInFlight) return;
  const batch = waiting;
  waiting = [];
  inFlight += 1;
  send(batch.map(({ message }) => message))
    .then(
      () => batch.forEach(({ resolve }) => void resolve()),
      (error: unknown) => batch.forEach(({ reject }) => void reject(error)),
    )
    .finally(() => {
      inFlight -= 1;
      flush();
    });
}

createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.end();
    return;
  }
  const order = (await json(request)) as object;
  const id = randomUUID();
  const accepted = { id, ...order, acceptedAt: new Date().toISOString() };
  await publish({ key: id, value: JSON.stringify(accepted) });
  const body = JSON.stringify(accepted);
  response
    .writeHead(202, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}).listen(Number(HTTP_PORT), '127.0.0.1');
