/** Makes a fault and holds it for ever, for a test that kills this process: `hold-fault.ts CONTAINER FOLDER IMAGE`. */
import { inject } from '../inject.ts';
import { linksOf } from '../links.ts';
import { FaultRecords } from '../records.ts';

const [containerId = '', folder = '', image = ''] = process.argv.slice(2);
await inject({
  target: { service: 'redis', project: 'fault-test', containerId, links: linksOf('redis') },
  fault: { kind: 'partition' },
  lastsMs: 600_000,
  image,
  signal: new AbortController().signal,
  records: new FaultRecords(folder),
});
process.stdout.write('made\n');
setInterval(() => undefined, 1_000);
