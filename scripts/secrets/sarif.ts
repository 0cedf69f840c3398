import { z } from 'zod';

/** A line of `trufflehog git --json`, as far as it is read here: what was found and where, and never the secret itself. */
const finding = z.object({
  DetectorName: z.string(),
  Verified: z.boolean(),
  SourceMetadata: z.object({
    Data: z.object({
      Git: z.object({ commit: z.string(), file: z.string().optional(), line: z.int().optional() }),
    }),
  }),
});

export interface FoundSecret {
  /** What it is for: `Github`, `AWS`. */
  readonly detector: string;
  /** Whoever gave it out takes it still. False: nobody could be asked. */
  readonly works: boolean;
  readonly commit: string;
  /** None: it is in the commit's own text. */
  readonly file: string | undefined;
  readonly line: number;
}

/** @throws ZodError or SyntaxError for what is no report */
export function readFindings(lines: string): FoundSecret[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { DetectorName: detector, Verified: works, SourceMetadata } = finding.parse(JSON.parse(line));
      const { commit, file, line: number = 0 } = SourceMetadata.Data.Git;
      // Lines count from 1; a finding without a line has 0.
      return { detector, works, commit, file: file || undefined, line: Math.max(number, 1) };
    });
}

/** `src/a.ts:7 (commit 0a1b2c3): a secret of Github that works` */
export const inWords = ({ detector, works, commit, file, line }: FoundSecret): string =>
  `${file === undefined ? "a commit's text" : `${file}:${line}`} (commit ${commit.slice(0, 7)}): a secret of ${detector}${works ? ' that works' : ', whether it works could not be found out'}`;

// Code scanning shows nothing that has no place; what is in a commit's text has none.
const noFile = 'SECURITY.md';

/** Findings in the form that code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function toSarif(found: readonly FoundSecret[]): object {
  const rules = [...new Set(found.map(({ detector }) => detector))].map((id) => ({
    id,
    shortDescription: { text: `A secret of ${id} in Git's history` },
    // https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning: above 9 is critical
    properties: { 'security-severity': '9.5', tags: ['security'] },
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'TruffleHog',
            informationUri: 'https://github.com/trufflesecurity/trufflehog',
            rules,
          },
        },
        results: found.map((secret) => ({
          ruleId: secret.detector,
          level: 'error',
          message: { text: inWords(secret) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: secret.file ?? noFile },
                region: { startLine: secret.line },
              },
            },
          ],
        })),
      },
    ],
  };
}
