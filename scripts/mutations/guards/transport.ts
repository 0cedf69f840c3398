import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const server = unit('platform/http/serve-tls.test.ts');
const collector = unit('platform/telemetry/collector.test.ts');
const telemetry = unit('platform/telemetry/register.test.ts');
const verifiedCollector = telemetry(
  'hands all signals to a collector of our authority, and nothing to another one',
);

/** HTTP and OTLP travel by TLS between parts that know each other (issue 6, ADR 16). */
export const transport: Family = {
  name: 'transport',
  mutations: [
    {
      name: 'HTTPS',
      guard: 'a server with a certificate serves nobody without TLS',
      file: 'platform/http/serve.ts',
      find: 'if (!tls) return',
      replace: 'if (!tls || log) return',
      test: server('answers over TLS from version 1.2 on, and not one byte of HTTP without it'),
    },
    {
      name: 'new certificates',
      guard: 'a certificate is replaced without a restart',
      file: 'platform/http/serve.ts',
      find: 'const following = follow();',
      replace: 'const following = follow.length > 0 ? follow() : undefined;',
      test: server('shows a new certificate to new connections and drops none of the old'),
    },
    {
      name: 'handshakes do not hold up a stop',
      guard: 'connections that never speak TLS do not use up the grace period (lifecycle)',
      file: 'platform/http/serve.ts',
      find: 'for (const socket of this.#handshaking.values()) socket.destroy();',
      replace: '',
      test: server('stopping > does not wait for connections without a request, or without TLS'),
    },
    {
      name: 'health check',
      guard: "a container's health check verifies the certificate that others will be shown",
      file: 'platform/lifecycle/healthcheck.ts',
      find: 'ca: readFileSync(authority)',
      replace: 'rejectUnauthorized: authority === ""',
      test: unit('platform/lifecycle/healthcheck.test.ts')(
        'asks over TLS, and fails when the certificate is not of our authority',
      ),
    },
    {
      name: 'who the collector is',
      guard: 'telemetry is handed to our collector and to nobody else',
      file: 'platform/telemetry/collector.ts',
      find: '    null,\n',
      replace: '    null, { rejectUnauthorized: false },\n',
      test: verifiedCollector,
    },
    {
      name: 'signals of one transport',
      guard: 'metrics leave as spans and logs do',
      file: 'platform/telemetry/register.ts',
      find: 'new OTLPMetricExporter(exporterOptions)',
      replace: 'new OTLPMetricExporter()',
      test: verifiedCollector,
    },
    {
      name: 'the authority of now',
      guard: 'a new authority is trusted without a restart',
      file: 'platform/telemetry/collector.ts',
      find: 'get caCertificate() {\n      return Buffer.from(tls.material.ca);\n    },',
      replace: 'caCertificate: Buffer.from(tls.material.ca),',
      test: collector('trusts the authority that is in its files when the connection is made'),
    },
    {
      name: 'no telemetry in plaintext',
      guard: 'a collector without TLS is a wrong configuration',
      file: 'platform/telemetry/collector.ts',
      find: 'if (plain.length > 0)',
      replace: 'if (plain.length < 0)',
      test: telemetry('does not start with a collector in plaintext, unless TLS is off'),
    },
    {
      name: 'commands verify',
      guard: 'order, traffic and reconcile talk to the platform and to nobody else',
      file: 'scripts/stack/api-client.ts',
      find: '...(authority ? { ca: authority } : {})',
      replace: 'rejectUnauthorized: authority === ""',
      test: unit('scripts/stack/api-client.test.ts')(
        'talks to a server of the given authority and name only, and never in plaintext',
      ),
    },
    {
      name: 'commands speak HTTPS',
      guard: 'no command talks in plaintext unless TLS is off',
      file: 'scripts/stack/settings.ts',
      find: "const tls = values.COFFEE_TLS !== 'off';",
      replace: 'const tls = false;',
      test: unit('scripts/stack/settings.test.ts')(
        'with TLS all addresses are HTTPS, with the authority to verify them by',
      ),
    },
    {
      name: 'traces of HTTPS',
      guard: 'a request by HTTPS goes on with the trace of who sent it',
      file: 'platform/telemetry/register.ts',
      find: "['node:http', 'node:https']",
      replace: "['node:http']",
      test: {
        project: 'unit',
        file: 'platform/telemetry/register.test.ts',
        name: 'goes on with the trace of a request by HTTPS',
      },
    },
  ],
};
