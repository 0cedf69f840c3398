import { describe, expect, it } from 'vitest';
import { judgeAudit } from './audit-suite.ts';

const advisories = (severity: string): string =>
  JSON.stringify({ vulnerabilities: { 'left-pad': { name: 'left-pad', severity, range: '<1.3.0' } } });

describe('the audit', () => {
  it.each(['high', 'critical'])('fails by what is %s, and names it', (severity) => {
    expect(judgeAudit(advisories(severity))).toEqual({
      passed: 0,
      failed: 1,
      output: `✗ package-lock.json: left-pad <1.3.0: ${severity}`,
    });
  });

  it.each(['moderate', 'low', 'info'])('passes with what is %s', (severity) => {
    expect(judgeAudit(advisories(severity))).toMatchObject({ passed: 1, failed: 0 });
  });

  it('passes without advisories', () => {
    expect(judgeAudit('{"vulnerabilities":{}}')).toMatchObject({ passed: 1, failed: 0 });
  });

  it('is skipped where the registry has no advisories, which is no pass', () => {
    const refused = { message: '405 Method Not Allowed - POST https://example.org/', method: 'POST' };
    expect(judgeAudit(JSON.stringify(refused))).toEqual({
      passed: 0,
      failed: 0,
      skipped: 'no advisories here (405 Method Not Allowed)',
    });
  });

  it.each(['', '{}', '{"vulnerabilities":{"a":{"severity":"awful","range":"*"}}}'])(
    'does not take %j for a report',
    (output) => {
      expect(() => judgeAudit(output)).toThrow();
    },
  );
});
