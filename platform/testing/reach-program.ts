/** `open`: somebody took the connection. `refused`: nobody listens. `dropped`: no answer at all, as of a policy. */
export type Outcome = 'open' | 'refused' | 'dropped' | string;

/**
 * For `node -e` with targets as address:port, in a container that has nothing but Node: tries all of them at once and
 * prints an object of their `Outcome`s.
 *
 * A process that had no processor for as long as it would wait finds its timers due before it is told what came
 * meanwhile; only what is still silent after it has looked (setImmediate runs after that) was dropped.
 */
export const reachProgram = `
const net = require('node:net');
const attempt = (target) => new Promise((resolve) => {
  const at = target.lastIndexOf(':');
  const socket = net.connect({ host: target.slice(0, at), port: Number(target.slice(at + 1)), timeout: 2500 });
  const end = (outcome) => { socket.destroy(); resolve([target, outcome]); };
  socket.on('connect', () => end('open')).on('timeout', () => setImmediate(() => end('dropped')));
  socket.on('error', ({ code }) => end({ ECONNREFUSED: 'refused', ETIMEDOUT: 'dropped' }[code] ?? code));
});
Promise.all(process.argv.slice(1).map(attempt)).then((all) => console.log(JSON.stringify(Object.fromEntries(all))));
`;
