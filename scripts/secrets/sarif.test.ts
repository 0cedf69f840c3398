import { describe, expect, it } from 'vitest';
import { inWords, readFindings, toSarif } from './sarif.ts';

const commit = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
// As trufflehog 3.97 writes it, with what nobody reads here.
const line = (change: object = {}, git: object = { file: 'settings.txt', line: 7 }): string =>
  JSON.stringify({
    SourceMetadata: { Data: { Git: { commit, email: 't <t@example.com>', ...git } } },
    SourceName: 'trufflehog - git',
    DetectorType: 8,
    DetectorName: 'Github',
    Verified: true,
    Raw: 'what was found',
    RawV2: 'what was found',
    Redacted: '',
    ...change,
  });

describe("TruffleHog's findings", () => {
  it('are said with their place, and whether they work', () => {
    const found = readFindings(`${line()}\n${line({ Verified: false }, { line: 4 })}\n`);
    expect(found.map(inWords)).toEqual([
      'settings.txt:7 (commit 0a1b2c3): a secret of Github that works',
      "a commit's text (commit 0a1b2c3): a secret of Github, whether it works could not be found out",
    ]);
  });

  it('are none when there is nothing', () => {
    expect(readFindings('\n')).toEqual([]);
  });

  it.each(['{}', 'panic: runtime error'])('are not taken from %j', (text) => {
    expect(() => readFindings(text)).toThrow();
  });
});

describe('the report for code scanning', () => {
  it('has each finding with a rule, a place and a severity that counts as critical', () => {
    const found = readFindings(`${line()}\n${line({}, {})}\n${line({ DetectorName: 'AWS' })}\n`);
    const { runs } = toSarif(found) as {
      runs: [{ tool: { driver: { rules: object[] } }; results: object[] }];
    };
    expect(runs[0].tool.driver.rules).toMatchObject([
      { id: 'Github', properties: { 'security-severity': '9.5' } },
      { id: 'AWS', properties: { 'security-severity': '9.5' } },
    ]);
    const place = (uri: string, startLine: number) => ({
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
    });
    expect(runs[0].results).toMatchObject([
      place('settings.txt', 7),
      place('SECURITY.md', 1),
      place('settings.txt', 7),
    ]);
  });

  // Guard: alerts are read by many, and stay.
  it('does not have the secret itself', () => {
    expect(JSON.stringify(toSarif(readFindings(line())))).not.toContain('what was found');
  });

  it('says that nothing was found by a run without results', () => {
    expect(toSarif([])).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
  });
});
