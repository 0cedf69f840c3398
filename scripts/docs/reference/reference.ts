import { servedDocuments } from '../../contracts/documents.ts';
import { apiReference } from './api.ts';
import { cliReference } from './cli.ts';
import { configurationReference } from './configuration.ts';
import { eventsReference } from './events.ts';
import { metricsReference } from './metrics.ts';

/** The pages that are made of what the code says: contents by path from the repository's root. */
export async function referencePages(): Promise<Map<string, string>> {
  const documents = await servedDocuments();
  return new Map([
    ['docs/reference/configuration.md', await configurationReference()],
    ['docs/reference/api.md', apiReference(documents)],
    ['docs/reference/events.md', eventsReference(documents)],
    ['docs/reference/metrics.md', metricsReference()],
    ['docs/reference/cli.md', await cliReference()],
  ]);
}
