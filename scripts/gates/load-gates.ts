import type { Gate, Limit } from './gate.ts';

const file = 'loadtest/sla.json';
const limit = (what: string, bound: Limit['bound'], value: number, unit: string, name: string): Limit => ({
  what,
  bound,
  value,
  unit,
  file,
  pattern: new RegExp(`"${name}": ([\\d.]+)`),
});

const acceptance: readonly Limit[] = [
  limit('P95 of acceptance', 'at most', 500, 'ms', 'p95Ms'),
  limit('5xx', 'at most', 0.001, 'of all answers', 'mostServerErrors'),
  limit('available', 'at least', 0.999, 'of all requests', 'leastAvailability'),
  limit('offered', 'at least', 0.99, 'of what was to be sent', 'leastOffered'),
  limit('P95 from accepted to processed', 'at most', 2000, 'ms', 'processedP95Ms'),
];

/** What is promised, under a load that does not wait for answers; every order is looked for afterwards. */
export const loadGate: Gate = {
  name: 'load',
  subject: 'SLA',
  holds: 'orders are accepted in time through edge, TLS and firewall; none is lost, doubled or stuck',
  limits: [
    limit('accepted through the edge', 'at least', 1000, 'a second', 'sla'),
    limit('accepted at the producer', 'at least', 2000, 'a second', 'producer'),
    ...acceptance,
  ],
  command: 'npm run loadtest',
  workflow: 'ci',
  job: 'load',
  notLocal:
    'a load of minutes on a stack with the whole machine to itself: two cores do not carry what is promised',
};

/** The same for long. */
export const soakGate: Gate = {
  name: 'soak',
  subject: 'SLA',
  holds:
    'half an hour of load leaves nothing behind and makes nothing slower; the other numbers are those of load',
  limits: [
    limit('memory of a container in the last fifth', 'at most', 1.2, 'of the first fifth', 'mostMemory'),
    limit('P95 in the last fifth', 'at most', 1.5, 'of the first fifth', 'mostP95'),
  ],
  command: './coffee loadtest soak',
  workflow: 'nightly',
  job: 'soak',
};

/** The same while each service is restarted once. */
export const restartsGate: Gate = {
  name: 'restarts',
  subject: 'SLA',
  holds:
    'ten minutes of load with one restart of each service in it are like any others; the other numbers are those of load',
  limits: [limit('accepted through the edge', 'at least', 1000, 'a second', 'restarts')],
  command: './coffee loadtest restarts',
  workflow: 'nightly',
  job: 'restarts',
};
