import type { Family, NamedTest } from '../mutation.ts';

const unit = (file: string, name: string): NamedTest => ({ project: 'unit', file, name });
const inCollector = (name: string): NamedTest => ({
  project: 'integration',
  file: 'e2e/telemetry/collector.test.ts',
  name,
});
const unseen = unit(
  'platform/telemetry/unseen-requests.test.ts',
  'of what is refused 20 a second have a span, and all are counted alike',
);

/** What telemetry must not tell, lose or cost (ADR 33, 34). */
export const telemetry: Family = {
  name: 'telemetry',
  mutations: [
    {
      name: 'traces that fit',
      guard: 'Jaeger is not killed for the traces that it keeps (issue 10)',
      file: 'observability/jaeger/config.yaml',
      find: 'max_traces: 5000',
      replace: 'max_traces: 20000',
      test: {
        project: 'integration',
        file: 'e2e/telemetry/jaeger.test.ts',
        name: 'holds as many traces of orders as it may keep, within the memory that it has',
      },
    },
    {
      name: 'cards',
      guard: 'no card number reaches a backend (issue 10)',
      file: 'observability/collector/redaction.yaml',
      find: '      - "\\\\b(4[0-9]{3}|5[1-5]',
      replace: '      - "\\\\bnever(4[0-9]{3}|5[1-5]',
      test: inCollector('what must not leave > is taken out of spans: a card'),
    },
    {
      name: 'lines of the log',
      guard: 'what stands on standard output is redacted as what goes by OTLP is (issue 10)',
      file: 'platform/telemetry/logger.ts',
      find: '    hooks: { streamWrite: redactLine },\n',
      replace: '',
      test: unit('platform/telemetry/logger.test.ts', 'hides a JSON Web Token'),
    },
    {
      name: 'crashes are lines of the log',
      guard: 'what ends a service is found where its other lines are, and is redacted',
      file: 'platform/lifecycle/run.ts',
      find: "process.on('uncaughtException', crashed);",
      replace: '',
      test: unit(
        'platform/lifecycle/run.test.ts',
        'ends with 1 after an error that nobody caught, a line of its log',
      ),
    },
    {
      name: 'one list of what is sensitive',
      guard: 'the collector knows each pattern that the loggers know (issue 10)',
      file: 'observability/collector/redaction.yaml',
      find: '      - "\\\\bAKIA[0-9A-Z]{16}\\\\b"\n',
      replace: '',
      test: unit('platform/telemetry/sensitive.test.ts', 'has the patterns of the collector'),
    },
    {
      name: 'states of spans',
      guard: 'no secret reaches a backend in the state of a span (issue 10)',
      file: 'observability/collector/redaction.yaml',
      find: '      - set(span.attributes["redacting.status"], span.status.message) where span.status.message != ""\n',
      replace: '',
      test: inCollector('what must not leave > is taken out of spans: an e-mail address'),
    },
    {
      name: 'errors are kept',
      guard: 'a trace with an error is kept, however many others there are (ADR 33)',
      file: 'observability/collector/config.yaml',
      find: 'status_codes: [ERROR]',
      replace: 'status_codes: [UNSET]',
      test: inCollector(
        'of many traces > all errors and slow requests are kept, and a bounded part of the rest',
      ),
    },
    {
      name: 'the queue is on disk',
      guard: 'a restart of the collector loses nothing that a backend could not take (ADR 33)',
      file: 'observability/collector/config.yaml',
      find: '      storage: file_storage\n',
      replace: '',
      test: inCollector('while a backend is away > traces wait for it, also over a restart of the collector'),
    },
    {
      name: "Docker's API only reads",
      guard: 'the collector can change nothing by Docker (issue 10)',
      file: 'observability/docker-api/haproxy.cfg',
      find: '  http-request deny unless asks_only\n',
      replace: '',
      test: {
        project: 'integration',
        file: 'e2e/telemetry/docker-api.test.ts',
        name: 'refuses POST /v1.44/containers/json',
      },
    },
    {
      name: "Docker's API for metrics only",
      guard: 'the collector sees nothing of the machine but metrics of containers (issue 10)',
      file: 'observability/docker-api/haproxy.cfg',
      find: '  http-request deny unless version_of_it or containers or one_container or events\n',
      replace: '',
      test: {
        project: 'integration',
        file: 'e2e/telemetry/docker-api.test.ts',
        name: 'refuses GET /v1.44/images/json',
      },
    },
    {
      name: 'keys in addresses',
      guard: 'no key in the address of a webhook or a chain is told (issue 10)',
      file: 'platform/telemetry/register.ts',
      find: "  'url.full': undefined,\n  'url.path': undefined,\n  'url.query': undefined,\n",
      replace: '',
      test: unit(
        'platform/telemetry/register.test.ts',
        'has a span of each call within a trace, hands the trace on, and keeps paths to itself',
      ),
    },
    {
      name: 'failed spans',
      guard: 'sampling hides no error (issue 10)',
      file: 'platform/telemetry/failed-spans.ts',
      find: 'if (!failedBelow && !(failed && this.#mayPass(span))) return;',
      replace: 'return;',
      test: unit(
        'platform/telemetry/failed-spans.test.ts',
        'exports a span that failed although its trace was not sampled, with its parents, and says so',
      ),
    },
    {
      name: 'bounded failures',
      guard: 'spans that failed are bounded as well (ADR 0033)',
      file: 'platform/telemetry/failed-spans.ts',
      find: '!(failed && this.#mayPass(span))',
      replace: '!failed',
      test: unit(
        'platform/telemetry/failed-spans.test.ts',
        'takes 50 a second of those that are alike at most, and of each that it takes the parents',
      ),
    },
    {
      name: 'bounded lines',
      guard: 'refusing does not cost a line of the log each (ADR 0042)',
      file: 'platform/http/request-log.ts',
      find: 'new KindBudget(mostAlikePerSecond)',
      replace: 'new KindBudget(mostAlikePerSecond * 1_000)',
      test: unit(
        'platform/http/app.test.ts',
        'errors > of requests that fail alike few are logged, and none is forgotten',
      ),
    },
    {
      name: 'refusals are seldom spans',
      guard: 'refusing does not cost a span each (ADR 0042)',
      file: 'platform/http/quick-refusal.ts',
      find: ' || this.#seen.take()) return false;',
      replace: ' || this.#seen.take() || path) return false;',
      test: unseen,
    },
    {
      name: 'refusals are all counted',
      guard: 'what has no span is missing in no rate and no objective (ADR 0042)',
      file: 'platform/http/quick-refusal.ts',
      find: 'countUnseenRequest(startedAt, attributes);',
      replace: '',
      test: unseen,
    },
    {
      name: 'bounded traces',
      guard: 'a service begins a bounded number of traces a second (issue 10)',
      file: 'platform/telemetry/token-bucket.ts',
      find: 'if (this.#tokens < 1)',
      replace: 'if (this.#tokens < 0)',
      test: unit(
        'platform/telemetry/sampler.test.ts',
        'RateLimitingSampler > takes everything while there is little, and so many a second when there is much',
      ),
    },
    {
      name: 'callers that sample',
      guard: 'nobody who calls decides what telemetry costs (ADR 33)',
      file: 'platform/telemetry/sampler.ts',
      find: 'if (kind === SpanKind.SERVER) return this.#requests.shouldSample();',
      replace: '',
      test: unit(
        'platform/telemetry/sampler.test.ts',
        'a caller that samples > is followed for so many requests a second',
      ),
    },
    {
      name: 'an alert that never fires',
      guard: 'each alert finds its fault (ADR 34)',
      file: 'observability/prometheus/rules/symptoms.rules.yml',
      find: 'sum by (topic) (kafka_partition_replicas - kafka_partition_replicas_in_sync) > 0',
      replace: 'sum by (topic) (kafka_partition_replicas - kafka_partition_replicas_in_sync) > 99',
      test: {
        project: 'integration',
        file: 'e2e/telemetry/rules.test.ts',
        name: 'each alert fires for its fault and is quiet otherwise',
      },
    },
    {
      name: 'the first of a counter',
      guard: 'a single dead letter is told of (ADR 34)',
      file: 'observability/prometheus/rules/symptoms.rules.yml',
      find: '(coffee_dead_letters_total unless last_over_time(coffee_dead_letters_total[1h] offset 5m))\n              or ',
      replace: '',
      test: {
        project: 'integration',
        file: 'e2e/telemetry/rules.test.ts',
        name: 'each alert fires for its fault and is quiet otherwise',
      },
    },
    {
      name: 'inhibitions are of a service',
      guard: 'a page of no service mutes no ticket of none (ADR 34)',
      file: 'observability/alertmanager/alertmanager.yml',
      find: '[severity="page", service=~".+", alertname!~"CertificateExpires|LowWallet|PaymentsDisagree"]\n    target_matchers: [severity="ticket", service=~".+", ',
      replace: '[severity="page"]\n    target_matchers: [severity="ticket", ',
      test: {
        project: 'integration',
        file: 'e2e/telemetry/receivers.test.ts',
        name: 'alertmanager.yml > tells of a ticket of no service while there is a page of none',
      },
    },
    {
      name: 'nothing for what is absent',
      guard: 'the collector queues nothing for a backend that is not there (ADR 33)',
      file: 'observability/collector/profile-closed/backends.yaml',
      find: 'exporters: [nop]',
      replace: 'exporters: [otlp_http/loki]',
      test: unit(
        'scripts/stack/profiles.test.ts',
        'the profile closed > has a collector that sends to what it has',
      ),
    },
    {
      name: 'skipped rows are named',
      guard: 'a row that could not be asked is never counted as held (ADR 33)',
      file: 'scripts/telemetry/check-telemetry.ts',
      find: '.filter((row) => !isThere(row))',
      replace: '.filter(() => false)',
      test: unit(
        'scripts/telemetry/rows.test.ts',
        'skips rows of parts that are absent, and says which and why',
      ),
    },
    {
      name: 'metrics that nobody described',
      guard: 'what services emit is what the schema says (issue 10)',
      file: 'scripts/telemetry/rows.ts',
      find: 'if (!metric) {',
      replace: 'if (!metric) {\n      continue;',
      test: unit('scripts/telemetry/rows.test.ts', 'names a metric that nobody has described'),
    },
    {
      name: 'calls of before',
      guard:
        'an instrumentation that is off is missed, though its edge is told for a quarter of an hour (issue 10)',
      file: 'scripts/telemetry/edges.ts',
      find: 'span.startMs >= since.getTime() && ',
      replace: '',
      test: unit(
        'scripts/telemetry/edges.test.ts',
        'of a call of what is no service > one of before the check is not enough',
      ),
    },
    {
      name: 'alerts that can never fire',
      guard: 'an alert asks for what there is (ADR 34)',
      file: 'scripts/telemetry/rule-rows.ts',
      find: '!(await backends.hasSeries(expected, since))',
      replace: 'expected.metric === undefined',
      test: unit(
        'scripts/telemetry/rule-rows.test.ts',
        'an alert > could never fire when nothing matches what it asks for',
      ),
    },
    {
      name: 'room of the inbox',
      guard: 'whoever may send notifications fills neither a process nor its disk',
      file: 'services/alert-inbox/inbox.ts',
      find: 'characters > mostCharacters; from',
      replace: 'characters > 1e9; from',
      test: {
        project: 'unit',
        file: 'services/alert-inbox/inbox.test.ts',
        name: 'keeps no more characters than it has room for, however few they are, in its file neither',
      },
    },
  ],
};
