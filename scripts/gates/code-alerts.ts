import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

// High and critical: https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning
const leastSevere = 7;

const rule = z.object({
  id: z.string(),
  properties: z.object({ 'security-severity': z.coerce.number().optional() }).optional(),
});
const component = z.object({ rules: z.array(rule).default([]) });

/** A report of code scanning, as far as it is read here. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
const report = z.object({
  runs: z
    .array(
      z.object({
        // CodeQL has its rules in packs, which are extensions of it.
        tool: z.object({ driver: component, extensions: z.array(component).default([]) }),
        results: z.array(
          z.object({
            ruleId: z.string(),
            message: z.object({ text: z.string() }),
            locations: z
              .array(
                z.object({
                  physicalLocation: z.object({
                    artifactLocation: z.object({ uri: z.string() }),
                    region: z.object({ startLine: z.int() }).optional(),
                  }),
                }),
              )
              .default([]),
          }),
        ),
      }),
    )
    // A report of nothing says nothing.
    .min(1),
});

/**
 * What is high or critical in a SARIF report, in words. Rules without a severity are about quality. What somebody has
 * dismissed on GitHub is not known here, and counts.
 *
 * @throws ZodError or SyntaxError for what is no report; Error for a result whose rule is not in it
 */
export function severeAlerts(text: string): string[] {
  return report.parse(JSON.parse(text)).runs.flatMap(({ tool, results }) => {
    const rules = [tool.driver, ...tool.extensions].flatMap((part) => part.rules);
    const severities = new Map(
      rules.map(({ id, properties }) => [id, properties?.['security-severity'] ?? 0]),
    );
    return results.flatMap(({ ruleId, message, locations: [place] }) => {
      const severity = severities.get(ruleId);
      if (severity === undefined) throw new Error(`the report has no rule ${ruleId}`);
      if (severity < leastSevere) return [];
      const { artifactLocation, region } = place?.physicalLocation ?? {};
      const where = `${artifactLocation?.uri ?? 'nowhere'}:${region?.startLine ?? 1}`;
      return [`${where}: ${ruleId} (${severity}): ${message.text.split('\n')[0]}`];
    });
  });
}

/**
 * The same for every report in a folder.
 * @throws Error where there is none: nothing was looked at then
 */
export async function severeAlertsIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sarif')).toSorted();
  if (files.length === 0) throw new Error(`no report (*.sarif) is in ${folder}`);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap(severeAlerts);
}
