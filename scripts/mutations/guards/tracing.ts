import type { Family, NamedTest } from '../mutation.ts';

const tracingFile = 'platform/kafka/tracing.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/kafka/tracing.test.ts',
  name,
});
const ownTrace = test('processes each sampled message in its own trace, linked to the batch that links back');
const wholeTrace: NamedTest = {
  project: 'integration',
  file: 'e2e/flow/tracing.test.ts',
  name: 'shows an order as one trace from the request to its event, with the work of its batch linked',
};

/** A trace is one trace (decision 8). */
export const tracing: Family = {
  name: 'tracing',
  mutations: [
    {
      name: 'headers of messages',
      guard: 'a message carries the context of its producer span (decision 8, ADR 2)',
      file: 'platform/kafka/sender.ts',
      find: '{ ...message.headers, ...traceHeaders(spanContext) }',
      replace: '{ ...message.headers }',
      test: wholeTrace,
    },
    {
      name: 'headers of outbox rows',
      guard: 'an outbox row stores the context of what made it (decision 8)',
      file: 'platform/outbox/outbox.ts',
      find: '{ ...message.headers, ...trace }',
      replace: '{ ...message.headers }',
      test: wholeTrace,
    },
    {
      name: 'parent of the process span',
      guard: 'the process span of a message is in the trace of its producer (decision 8, ADR 2)',
      file: tracingFile,
      find: 'links: [{ context: batchSpan.spanContext() }],',
      replace: 'root: true, links: [{ context: batchSpan.spanContext() }],',
      test: ownTrace,
    },
    {
      name: 'link to the batch',
      guard: "a batch's database span is reached from every order (decision 8, ADR 2)",
      file: tracingFile,
      find: 'links: [{ context: batchSpan.spanContext() }],',
      replace: 'links: [],',
      test: ownTrace,
    },
    {
      name: 'links of the batch',
      guard: "a batch's span links to its messages (decision 8, ADR 2)",
      file: tracingFile,
      find: 'links: sampledLinks(parents.values()),',
      replace: 'links: [],',
      test: ownTrace,
    },
    {
      name: 'only sampled messages have spans',
      guard: 'what is not sampled costs no span (decision 8)',
      file: tracingFile,
      find: 'if (!isSampled(parent)) {',
      replace: 'if (parent === undefined) {',
      test: test('gives each message the context that what is made from it belongs to'),
    },
    {
      name: 'a batch is sampled with its messages',
      guard: 'the span of a batch is there when one of its messages is traced (decision 8)',
      file: 'platform/telemetry/sampler.ts',
      find: 'return linked ?',
      replace: 'return linked && links.length === 0 ?',
      test: ownTrace,
    },
    {
      name: 'failures show',
      guard: 'a batch that failed is not shown as a good one (decision 8)',
      file: tracingFile,
      find: '[...spans, batchSpan]) endSpan(span, error);',
      replace: '[...spans, batchSpan]) endSpan(span);',
      test: test('shows a failure in every span, and passes it on'),
    },
  ],
};
