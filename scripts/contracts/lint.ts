import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';
import type { Json } from '#platform/schema/json-schema.ts';

// One linter knows both kinds of document. Beyond its recommended rules: what generated clients and pages need.
const config = await createConfig({
  extends: ['recommended'],
  rules: {
    // Whoever runs the platform decides where it is served and under which licence its data are.
    'no-empty-servers': 'off',
    'info-license': 'off',
    'operation-operationId': 'error',
    'operation-4xx-response': 'error',
    'operation-description': 'off',
    'no-unused-components': 'error',
    'no-invalid-media-type-examples': 'error',
    'path-parameters-defined': 'error',
  },
  // Who may send and receive is Kafka's to say, by certificate (services/migrate/acls.ts).
  async3Rules: { 'security-defined': 'off' },
});

/** What is wrong with an OpenAPI or AsyncAPI document, as `rule at pointer: message`. */
export async function lint(name: string, document: Json): Promise<string[]> {
  const problems = await lintDocument({
    document: makeDocumentFromString(JSON.stringify(document), `${name}.json`),
    config,
    externalRefResolver: new BaseResolver(),
  });
  return problems.map(({ ruleId, message, location }) => {
    const [first] = location;
    return `${ruleId} at ${first?.pointer ?? '#'}: ${message}`;
  });
}
