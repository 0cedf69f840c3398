// Runs inside of nginx (njs, which knows no for…of): what a refused client is told, and what Prometheus is.

// By status: the stable code (platform/errors), the title, what the client can do, seconds until a repeat makes sense.
const problems = {
  400: ['bad-request', 'The request is not well-formed', 'Its head or body can not be read.'],
  403: ['blocked', 'The request looks like an attack', 'If it is none, tell us the requestId.'],
  404: ['not-found', 'There is nothing here', 'There is nothing at this path.'],
  405: ['method-not-allowed', 'The method is not allowed here', 'This method is not taken at all.'],
  408: ['request-timeout', 'The request took too long to arrive', 'Send it without pauses.'],
  413: ['payload-too-large', 'The body is too large', 'The body must not be larger than 65536 bytes.'],
  414: ['uri-too-long', 'The address is too long', 'It must not be longer than 8 KiB.'],
  429: ['rate-limited', 'Too many requests', 'Slow down, or use fewer connections.', 1],
  431: ['headers-too-large', 'The headers are too large', 'No header may be larger than 8 KiB.'],
  500: ['internal', 'An error on our side', 'It has been recorded; repeat the request later.', 5],
  501: ['bad-request', 'The request is not well-formed', 'Its transfer coding is not known.'],
  503: [
    'outcome-unknown',
    'It is not known whether the request took effect',
    'Repeat it with the same Idempotency-Key.',
    1,
  ],
  505: ['bad-request', 'The request is not well-formed', 'Its version of HTTP is not known.'],
};

// As the producer says it: nothing was done, so that anything may be repeated.
const overloaded = ['overloaded', 'Too busy right now', 'Nothing was done; repeat it later.', 1];

const malformedJson = ['malformed-json', 'The body is not JSON', 'It can not be parsed.'];

const outcomes = {
  400: 'malformed',
  403: 'blocked',
  404: 'not-found',
  405: 'malformed',
  408: 'too-slow',
  413: 'too-large',
  414: 'too-large',
  431: 'too-large',
  499: 'gone',
  501: 'malformed',
  503: 'unavailable',
  505: 'malformed',
};

// A worker has a clock, which ticks when the worker comes round to it. When it has had requests to do for so long since then, and
// so many, there is more than can be done in time: what else comes is refused, which costs a tenth of what the firewall
// does (ADR 0055). A worker that merely got no processor for a while does first what came meanwhile.
const burst = { ms: 250, count: 16 };
// A burst may take a worker long. Where it has had to refuse lately, there is always more to do, and the rest of a round is
// what everything waits for, four times on its way through the edge and back: then it is refused much earlier.
const overload = { ms: 50, count: 4 };
const latelyMs = 1000;
// Should the clock itself have stopped, as it does in a worker that stops, nothing is refused for it.
const stoppedAfterMs = 5000;

// A line of the log is a sixth of what a refusal costs the machine, as Docker reads it and writes it anew (docs/performance.md). Of
// refusals for lateness, which are all alike, so many a second are logged; counted are all.
const loggedRefusals = 20;

// In seconds: around the firewall's millisecond, the SLA's 50 ms, and the time-outs.
const bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The worker's clock, every 20 ms. */
function tick() {
  ngx.shared.clocks.set(`requests ${ngx.worker_id}`, 0);
}

/**
 * `1` when this worker is too late with what it has to do, else nothing. While a reload replaces a worker, the one that goes
 * and the one that comes share a clock: too little is refused then, for some seconds.
 */
function late(r) {
  // What could not be read, and so was not asked for this before.
  if (r.internal) return '';
  const clocks = ngx.shared.clocks;
  const worker = ngx.worker_id;
  const came = clocks.incr(`requests ${worker}`, 1, 0);
  const now = Date.now();
  if (came === 1) clocks.set(`since ${worker}`, now);
  const sinceRefusal = now - (clocks.get(`refused ${worker}`) || 0);
  // Less than nothing: the machine's clock was put back.
  const bound = sinceRefusal >= 0 && sinceRefusal < latelyMs ? overload : burst;
  const ms = now - clocks.get(`since ${worker}`);
  if (came <= bound.count || ms <= bound.ms || ms >= stoppedAfterMs) return '';
  clocks.set(`refused ${worker}`, now);
  return '1';
}

/** What became of a request: `passed`, or why the edge itself answered it. */
function outcome(r) {
  const status = r.variables.status;
  if (r.variables.limit_req_status === 'REJECTED') return 'rate-limited';
  if (r.variables.limit_conn_status === 'REJECTED') return 'connection-limited';
  const upstream = r.variables.upstream_status;
  if (upstream && !/(502|504)$/.test(upstream)) return 'passed';
  if (isRefusedForLoad(r, status)) return 'overloaded';
  return outcomes[status] || 'refused';
}

/** Of two 503 the one whose request was sent nowhere. */
function isRefusedForLoad(r, status) {
  return String(status) === '503' && !r.variables.upstream_status && r.variables.edge_late === '1';
}

/** Counts a request. nginx asks for it when it logs: the value, `1` or nothing, is the log's condition. */
function count(r) {
  const counters = ngx.shared.counters;
  const seconds = Number(r.variables.request_time);
  const bound = bounds.find((limit) => seconds <= limit);
  const became = outcome(r);
  counters.incr(`requests ${became} ${r.variables.status}`, 1, 0);
  counters.incr(`bucket ${bound === undefined ? '+Inf' : bound}`, 1, 0);
  counters.incr('seconds', seconds, 0);
  return became === 'overloaded' && !isLogged() ? '' : '1';
}

/** Whether this is one of the first refusals of its second. */
function isLogged() {
  const clocks = ngx.shared.clocks;
  const second = Math.floor(Date.now() / 1000);
  if (clocks.get('second logged') !== second) {
    clocks.set('second logged', second);
    clocks.set('refusals logged', 0);
  }
  return clocks.incr('refusals logged', 1, 0) <= loggedRefusals;
}

/** RFC 9457 problem details, of the shape that the services use, with the id to ask us about. */
function problem(r) {
  answer(r, Number(r.variables.status));
}

function notFound(r) {
  answer(r, 404);
}

function answer(r, status) {
  const isJson = /^application\/json/.test(r.headersIn['Content-Type'] || '');
  let known = problems[status] || problems[500];
  if (status === 400 && isJson) known = malformedJson;
  if (isRefusedForLoad(r, status)) known = overloaded;
  r.headersOut['Content-Type'] = 'application/problem+json';
  r.headersOut['Cache-Control'] = 'no-store';
  if (known[3]) r.headersOut['Retry-After'] = String(known[3]);
  const document = {
    type: `urn:go-coffee:problem:${known[0]}`,
    title: known[1],
    status,
    detail: known[2],
    instance: (r.variables.edge_path || '').slice(0, 200) || undefined,
    code: known[0],
    requestId: r.variables.edge_request_id,
  };
  r.return(status, JSON.stringify(document));
}

/** Prometheus' text format (version 0.0.4). */
function metrics(r) {
  const counters = ngx.shared.counters;
  const lines = [
    '# HELP edge_requests_total Requests by what became of them.',
    '# TYPE edge_requests_total counter',
  ];
  const counted = counters.keys(1000).filter((key) => key.startsWith('requests '));
  counted.forEach((key) => {
    const parts = key.split(' ');
    lines.push(`edge_requests_total{outcome="${parts[1]}",status="${parts[2]}"} ${counters.get(key)}`);
  });
  lines.push('# HELP edge_request_seconds From the first byte of a request to the last of its answer.');
  lines.push('# TYPE edge_request_seconds histogram');
  let total = 0;
  bounds.concat('+Inf').forEach((bound) => {
    total += counters.get(`bucket ${bound}`) || 0;
    lines.push(`edge_request_seconds_bucket{le="${bound}"} ${total}`);
  });
  lines.push(`edge_request_seconds_sum ${counters.get('seconds') || 0}`);
  lines.push(`edge_request_seconds_count ${total}`);
  lines.push('# HELP edge_connections Connections of clients by state.');
  lines.push('# TYPE edge_connections gauge');
  ['reading', 'writing', 'waiting'].forEach((state) => {
    lines.push(`edge_connections{state="${state}"} ${r.variables[`connections_${state}`] || 0}`);
  });
  r.headersOut['Content-Type'] = 'text/plain; version=0.0.4';
  r.return(200, `${lines.join('\n')}\n`);
}

export default { count, late, metrics, notFound, outcome, problem, tick };
