import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { blockedKeys, blockedValues, ignoredKeys } from './sensitive.ts';

const { processors } = parse(
  readFileSync(new URL('../../observability/collector/redaction.yaml', import.meta.url), 'utf8'),
) as { processors: { redaction: { ignored_keys: string[] } } };

// Guard: what the collector hides by OTLP stands on no standard output, and the other way round.
it('has the patterns of the collector', () => {
  expect(processors.redaction).toMatchObject({
    blocked_key_patterns: blockedKeys,
    blocked_values: blockedValues,
    ignored_key_patterns: ignoredKeys,
  });
});

// Guard: the collector looks at everything that somebody outside decides.
it('leaves out only keys whose values are of this platform or of a protocol', () => {
  const ours =
    /^(service|deployment|host|os|messaging|db|network|coffee)[.]|^(http[.](request[.]method|response[.]status_code|route)|url[.]scheme|server[.]port)$/;
  // Statements, keys of messages, and what a message or a table is called by somebody.
  const decidedOutside = /text|summary|key|id$|address$/;
  const known = ['service.instance.id', 'messaging.destination.partition.id', 'network.peer.address'];
  for (const key of processors.redaction.ignored_keys) {
    expect(key).toMatch(ours);
    if (!known.includes(key)) expect(key).not.toMatch(decidedOutside);
  }
});
