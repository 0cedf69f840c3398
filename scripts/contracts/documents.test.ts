import { globSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { messages } from '#contracts/messages.ts';
import { deadLetterAuditTopic, topics } from '#contracts/topics.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { describedServices, documentKinds, servedDocuments } from './documents.ts';
import { lint } from './lint.ts';

const names = Object.keys(describedServices).flatMap((service) =>
  documentKinds(service).map((kind) => `${service}.${kind}`),
);
let documents: Map<string, Json>;
beforeAll(async () => {
  documents = await servedDocuments();
});
const documentOf = (name: string): Json => structuredClone(documents.get(name) as Json);

it.each(names)('%s has nothing for the linter to say', async (name) => {
  expect(await lint(name, documentOf(name))).toEqual([]);
});

it('every service with an HTTP application is described', () => {
  const sources = globSync('services/*/*.ts', { cwd: repositoryRoot });
  const applications = sources.filter((path) =>
    readFileSync(`${repositoryRoot}/${path}`, 'utf8').includes('createApp('),
  );
  const services = new Set(applications.map((path) => path.split(/[/\\]/)[1]));
  expect([...services].sort()).toEqual(Object.keys(describedServices).sort());
});

describe('the AsyncAPI documents together', () => {
  const parts = <T>(part: string): T[] =>
    names
      .filter((name) => name.endsWith('.asyncapi'))
      .flatMap(
        (name) =>
          Object.values(part.split('.').reduce((at, key) => at[key] as Json, documentOf(name))) as T[],
      );

  it('have every kind of message', () => {
    const types = parts<{ name?: string }>('components.messages').flatMap(({ name }) => name ?? []);
    expect([...new Set(types)].sort()).toEqual(messages.map(({ type }) => type).sort());
  });

  it("have every topic but the audit of ./coffee dlq, which is no service's", () => {
    const addresses = parts<{ address: string }>('channels').map(({ address }) => address);
    const expected = topics.filter((topic) => topic !== deadLetterAuditTopic).map(({ name }) => name);
    expect([...new Set(addresses)].sort()).toEqual(expected.sort());
  });
});

describe('the linter', () => {
  const channel = { $ref: '#/channels/nothing' };
  const path = { get: { summary: 'S', operationId: 'o', responses: { 200: { description: 'D' } } } };
  const breaks: readonly (readonly [string, string, Json, string])[] = [
    [
      'a path whose parameter is not described',
      'producer.openapi',
      { '/{a}': path },
      'path-parameters-defined',
    ],
    [
      'an answer without a description',
      'consumer.openapi',
      { '/a': { get: { ...path.get, responses: { 200: {} } } } },
      'struct',
    ],
    ['an action that there is not', 'producer.asyncapi', { a: { action: 'push', channel } }, 'struct'],
    ['a reference to nothing', 'consumer.asyncapi', { a: { action: 'send', channel } }, 'no-unresolved-refs'],
  ];
  it.each(breaks)('finds %s', async (_, name, addition, rule) => {
    const document = documentOf(name);
    Object.assign((document.paths ?? document.operations) as Json, addition);
    expect(await lint(name, document)).toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(`^${rule} at `))]),
    );
  });
});
