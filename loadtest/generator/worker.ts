/** A generator in a thread of its own: what else this process does must not keep a request from being sent in time. */
import { parentPort, workerData } from 'node:worker_threads';
import { Generator } from './generator.ts';
import type { FromGenerator, GeneratorOrders, ToGenerator } from './message.ts';

if (!parentPort) throw new Error('this is a worker thread');
const port = parentPort;
const tell = (message: FromGenerator): void => port.postMessage(message);

await using generator = await Generator.open(workerData as GeneratorOrders, tell);
const { promise: started, resolve: start } = Promise.withResolvers<number>();
port.on('message', (message: ToGenerator) => {
  // The clocks of threads begin at different times: the epoch is common to them.
  if (message.type === 'start') start(message.at - (performance.timeOrigin + performance.now()));
  else generator.stop();
});
tell({ type: 'ready' });
await generator.run(await started);
tell({ type: 'done' });
port.close();
