import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem as problemSchema } from '#contracts/http/problem.ts';
import { errorCodes } from '#platform/errors/app-error.ts';
import { repositoryRoot } from '../docker/repository.ts';

const folder = join(repositoryRoot, 'infrastructure/edge');

interface NginxRequest {
  readonly variables: Record<string, string | undefined>;
  readonly headersIn: Record<string, string>;
  readonly headersOut: Record<string, string>;
  return(status: number, body: string): void;
}
interface Edge {
  count(request: NginxRequest): string;
  late(request: { readonly internal: boolean }): string;
  tick(): void;
  outcome(request: NginxRequest): string;
  problem(request: NginxRequest): void;
}
// It is nginx' own JavaScript: no TypeScript, and no import of ours.
const { default: edge } = (await import(join(folder, 'edge.js'))) as { default: Edge };

function request(variables: NginxRequest['variables'], headersIn: NginxRequest['headersIn'] = {}) {
  const answered: { status?: number; body?: Record<string, unknown> } = {};
  const made: NginxRequest = {
    variables: { edge_request_id: '0123456789abcdef', edge_path: '/v1/orders', ...variables },
    headersIn,
    headersOut: {},
    return: (status, body) => Object.assign(answered, { status, body: JSON.parse(body) }),
  };
  return { made, answered };
}

describe("the edge's problem documents", () => {
  const config = readFileSync(join(folder, 'server.conf.template'), 'utf8');
  const pages = [...config.matchAll(/error_page ([\d ]+?)(?: =(\d+))? [@/]/g)];
  const statuses = pages.flatMap(([, from = '', to]) => (to === undefined ? from.split(' ') : [to]));

  it.each([...new Set(statuses)])('know the status %s, in the form and words of the services', (status) => {
    const { made, answered } = request({ status });
    edge.problem(made);
    expect(answered.status).toBe(Number(status));
    const { code, title } = problemSchema.parse(answered.body);
    expect(code === 'internal').toBe(status === '500');
    const ours = (errorCodes as Record<string, { status: number; title: string } | undefined>)[code];
    if (ours) expect({ status: answered.status, title }).toEqual({ status: ours.status, title: ours.title });
  });

  it('call a body that should have been JSON by its name', () => {
    const { made, answered } = request({ status: '400' }, { 'Content-Type': 'application/json' });
    edge.problem(made);
    expect(answered.body?.code).toBe('malformed-json');
  });
});

/** As nginx' shared dictionary of numbers. */
class Dictionary extends Map<string, number> {
  incr(key: string, by: number, from: number): number {
    const value = (this.get(key) ?? from) + by;
    this.set(key, value);
    return value;
  }
}

describe('a worker that is late', () => {
  const clocks = new Dictionary();
  const counters = new Dictionary();
  const one = (): string => edge.late({ internal: false });
  /** So many requests that come at once, of which each takes so long. @returns how many were let in */
  const round = (count: number, eachMs: number): number => {
    edge.tick();
    let letIn = 0;
    for (let came = 0; came < count; came += 1) {
      if (one() !== '') continue;
      letIn += 1;
      vi.advanceTimersByTime(eachMs);
    }
    return letIn;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    clocks.clear();
    counters.clear();
    vi.stubGlobal('ngx', { worker_id: 0, shared: { clocks, counters } });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('takes a burst for a quarter of a second, and sixteen requests however long they take', () => {
    expect(round(100, 2)).toBe(100);
    expect(round(500, 2)).toBe(126);
    vi.advanceTimersByTime(1_000);
    expect(round(100, 100)).toBe(16);
  });

  it('takes much less of a round while there is always more to do', () => {
    round(500, 2);
    expect(round(500, 2)).toBe(26);
    expect(round(500, 60)).toBe(4);
    // A second without a refusal: it is over.
    vi.advanceTimersByTime(1_000);
    expect(round(100, 2)).toBe(100);
  });

  it('counts all that it refuses, and logs twenty a second of them', () => {
    const refusal = { status: '503', edge_late: '1', request_time: '0.001' };
    const logged = (count: number, variables: NginxRequest['variables']): number =>
      Array.from({ length: count }, () => edge.count(request(variables).made)).filter(Boolean).length;
    expect(logged(300, refusal)).toBe(20);
    expect(logged(300, { ...refusal, status: '202', upstream_status: '202' })).toBe(300);
    vi.advanceTimersByTime(1_000);
    expect(logged(7, refusal)).toBe(7);
    expect(counters.get('requests overloaded 503')).toBe(307);
    expect(counters.get('requests passed 202')).toBe(300);
  });

  it('refuses nothing for a clock that has stopped, or was put back', () => {
    expect(round(100, 1_000)).toBe(100);
    round(500, 2);
    vi.setSystemTime(Date.now() - 60_000);
    expect(round(100, 2)).toBe(100);
  });
});

describe('what became of a request', () => {
  it.each<[string, NginxRequest['variables']]>([
    ['passed', { status: '202', upstream_status: '202' }],
    ['passed', { status: '503', upstream_status: '503' }],
    ['unavailable', { status: '503', upstream_status: '502' }],
    ['blocked', { status: '403' }],
    ['rate-limited', { status: '429', limit_req_status: 'REJECTED' }],
    ['connection-limited', { status: '429', limit_req_status: 'PASSED', limit_conn_status: 'REJECTED' }],
    ['too-slow', { status: '408' }],
    ['too-large', { status: '413' }],
    ['gone', { status: '499' }],
    ['refused', { status: '418' }],
  ])('is %s: %o', (expected, variables) => {
    expect(edge.outcome(request(variables).made)).toBe(expected);
  });
});
