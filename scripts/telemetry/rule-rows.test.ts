import { describe, expect, it } from 'vitest';
import { type Backends, QueryError } from './backends.ts';
import { expectedOf, quietRules, quietSelectors } from './quiet.ts';
import { ruleRows } from './rule-rows.ts';
import { isAlert, type Rule, readRules } from './rules.ts';
import { type Selector, selectorText } from './selectors.ts';

const rule = (over: Partial<Rule>): Rule => ({ expr: 'x > 1', labels: {}, annotations: {}, ...over });
const status = { name: 'http_response_status_code', type: '=~', value: '5..' } as const;
const requests: Selector = {
  metric: 'http_server_request_duration_seconds_count',
  matchers: [{ name: 'service_name', type: '=', value: 'producer' }, status],
};

interface Answers {
  readonly count?: number;
  readonly selectors?: readonly Selector[];
  /** Of which there are series, as PromQL writes them. */
  readonly series?: readonly string[];
}

async function ask(
  one: Rule,
  { count = 0, selectors = [], series = [] }: Answers,
): Promise<string | undefined> {
  const backends = {
    count: async () => count,
    selectorsOf: async () => selectors,
    hasSeries: async (selector: Selector, since: Date) =>
      Date.now() - since.getTime() <= 3_600_000 + 60_000 && series.includes(selectorText(selector)),
  } as unknown as Backends;
  return ruleRows([one], { backends, present: [] })[0]?.ask();
}

describe('a recording rule', () => {
  it('finds data', async () => {
    expect(await ask(rule({ record: 'a:b' }), { count: 1 })).toBeUndefined();
    expect(await ask(rule({ record: 'a:b' }), {})).toBe('no data for x > 1');
  });

  it('finds none where that is written down', async () => {
    const [record = ''] = Object.keys(quietRules);
    expect(await ask(rule({ record }), {})).toBeUndefined();
  });
});

describe('an alert', () => {
  const alert = rule({ alert: 'A' });
  const selectors = [{ metric: 'up', matchers: [] }, requests];
  const relaxed = 'http_server_request_duration_seconds_count{service_name="producer"}';

  it('finds nothing while all is well, and could', async () => {
    expect(await ask(alert, { selectors, series: ['up', relaxed] })).toBeUndefined();
  });

  // Guard: an alert whose selector matches nothing never fires.
  it('could never fire when nothing matches what it asks for', async () => {
    expect(await ask(alert, { selectors, series: ['up'] })).toBe(
      `it can never fire: no series of the last hour matches ${relaxed}`,
    );
  });

  it('is not understood', async () => {
    const backends = {
      count: async () => {
        throw new QueryError('answered 400: parse error');
      },
    } as unknown as Backends;
    expect(await ruleRows([alert], { backends, present: [] })[0]?.ask()).toBe(
      'answered 400: parse error (x > 1)',
    );
  });
});

describe('what may be absent while all is well', () => {
  const metric = 'alertmanager_notifications_failed_total';

  it('is a whole metric, a label of one, or what an absent part would tell', () => {
    expect(expectedOf({ metric: 'coffee_dead_letters_total', matchers: [] }, [])).toBeUndefined();
    expect(expectedOf(requests, [])?.matchers.map(({ name }) => name)).toEqual(['service_name']);
    expect(expectedOf({ metric, matchers: [] }, [])).toBeUndefined();
    expect(expectedOf({ metric, matchers: [] }, ['alertmanager'])).toEqual({ metric, matchers: [] });
  });

  // Guard: what no alert asks for any more is no excuse for the next one.
  it('is asked for by an alert, or is recorded by a rule', async () => {
    const rules = await readRules();
    const words = rules.filter(isAlert).flatMap(({ expr }) => expr.match(/[a-zA-Z_:][\w:]*/g) ?? []);
    for (const { metric: name, label } of quietSelectors) {
      expect(
        words.some((word) => name.test(word)),
        String(name),
      ).toBe(true);
      if (label !== undefined) expect(words).toContain(label);
    }
    expect(rules.map(({ record }) => record)).toEqual(expect.arrayContaining(Object.keys(quietRules)));
  });
});
