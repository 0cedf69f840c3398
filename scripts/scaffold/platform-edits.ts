import { inspectorPort } from '../dev/inspector-port.ts';
import type { Edit } from './edit.ts';
import type { ServiceName } from './service-name.ts';

/** Certificates, Compose, the image, the command line and the contracts. */
export function platformEdits({ kebab, pascal, upper }: ServiceName, port: number): Edit[] {
  return [
    { path: '.env', find: /^AI_ORCHESTRATOR_PORT=\d+\n/m, how: 'after', text: `${upper}_PORT=${port}\n` },
    {
      path: 'compose.yaml',
      find: '    - web3-payment-secrets:/run/go-coffee/parts/web3-payment\n',
      how: 'after',
      text: `    - ${kebab}-secrets:/run/go-coffee/parts/${kebab}\n`,
    },
    {
      path: 'compose.yaml',
      find: '  # A language model on this machine, for AI_PROVIDER',
      how: 'before',
      text: composeService(kebab, upper),
    },
    {
      path: 'compose.yaml',
      find: /^ {2}web3-payment-secrets: \{\}\n/m,
      how: 'after',
      text: `  ${kebab}-secrets: {}\n`,
    },
    {
      path: 'services/bootstrap/parts.ts',
      find: "  { ...server('anvil', 'platform')",
      how: 'before',
      text: `  { ...server('${kebab}', 'platform'), usages: ['server'], passwords: ['jwt-secret'] },\n`,
    },
    {
      path: 'images/service/Dockerfile',
      find: ' anvil chain-setup',
      how: 'before',
      text: ` ${kebab}`,
    },
    {
      path: 'scripts/stack/profiles.ts',
      find: "  'ai-orchestrator',\n",
      how: 'after',
      text: `  '${kebab}',\n`,
    },
    ...contractEdits(kebab, pascal),
    ...telemetryEdits(kebab),
    ...editorEdits(kebab, port),
  ];
}

const composeService = (kebab: string, upper: string): string => `  ${kebab}:
    <<: *service
    command: [--import, ./platform/telemetry/register.ts, services/${kebab}/main.ts]
    develop:
      watch:
        - { action: rebuild, path: ./services/${kebab} }
        - *watched-contracts
        - *watched-platform
        - *watched-packages
    depends_on:
      bootstrap: { condition: service_completed_successfully }
    ports: ["127.0.0.1:\${${upper}_PORT}:8080"]
    environment:
      <<: [*common-environment, *identity-environment]
      OTEL_SERVICE_NAME: ${kebab}
      HTTP_PORT: 8080
    volumes: ["${kebab}-secrets:/run/go-coffee/secrets:ro"]
    mem_limit: 256m
    cpus: 1
    cpu_shares: *late
    healthcheck: *service-health

`;

/** Its document, and who may call it. */
const contractEdits = (kebab: string, pascal: string): Edit[] => [
  {
    path: 'scripts/contracts/documents.ts',
    find: "import { createConsumerApp } from '../../services/consumer/app.ts';\n",
    how: 'after',
    text: `import { create${pascal}App } from '../../services/${kebab}/app.ts';\n`,
  },
  {
    path: 'scripts/contracts/documents.ts',
    find: "  'alert-inbox': () => serveAlertInbox(),\n",
    how: 'after',
    text: `  '${kebab}': () =>
    serveApp('${kebab}', (common) => create${pascal}App(config, { ...common, startedAt: new Date(0) })),\n`,
  },
  {
    path: 'scripts/contracts/documents.ts',
    find: /new Set\(\['alert-inbox'/,
    how: 'after',
    text: `, '${kebab}'`,
  },
  {
    path: 'scripts/contracts/route-access.ts',
    find: '  // Of the monitoring network, whose backends are all so (docs/security.md).\n',
    how: 'before',
    text: `  '${kebab}': { 'barista customer operator': ['GET /v1/${kebab}'] },\n`,
  },
];

/** Health, the schema of telemetry, and the panel of logs; every other panel goes by the name of the service. */
const telemetryEdits = (kebab: string): Edit[] => [
  ...(['https', 'http'] as const).map(
    (scheme): Edit => ({
      path: `observability/collector/tls-${scheme === 'https' ? 'on' : 'off'}/tls.yaml`,
      find: `          - ${scheme}://ai-orchestrator:8080/readyz\n`,
      how: 'after',
      text: `          - ${scheme}://${kebab}:8080/readyz\n`,
    }),
  ),
  {
    path: 'observability/telemetry-schema.yaml',
    find: '\n# Who calls whom: services as the trace of an order goes',
    how: 'before',
    text: `  ${kebab}:
    metrics:
      # It has no database yet: leave this out when it has.
      - { name: db.client.operation.duration, unit: s, type: histogram, sometimes: true }
`,
  },
  {
    path: 'scripts/dashboards/service-dashboards.ts',
    find: /\|ai-orchestrator(?=[\w|-]*"\} \| trace_id)/,
    how: 'after',
    text: `|${kebab}`,
  },
];

/** Where its debugger is when ./coffee dev runs it. */
const editorEdits = (kebab: string, port: number): Edit[] => [
  {
    path: '.vscode/launch.json',
    find: '    {\n      "name": "This test file",',
    how: 'before',
    text: `    {
      "name": "${kebab}",
      "type": "node",
      "request": "attach",
      "address": "127.0.0.1",
      "port": ${inspectorPort(port)},
      "restart": true,
      "skipFiles": ["<node_internals>/**", "**/node_modules/**"]
    },
`,
  },
  {
    path: '.vscode/launch.json',
    find: /"producer",\s+"consumer"[^\]]*?(?=\s*\])/,
    how: 'after',
    text: `, "${kebab}"`,
  },
];
