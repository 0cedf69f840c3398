import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';

export const rulesFolder = join(repositoryRoot, 'observability/prometheus/rules');

const rule = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
export type Rule = z.infer<typeof rule>;
const ruleFile = z.object({
  groups: z.array(z.object({ name: z.string(), interval: z.string().optional(), rules: z.array(rule) })),
});

/** The rules of Prometheus, of all files. @throws ZodError when one is no such file */
export async function readRules(folder = rulesFolder): Promise<Rule[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.rules.yml')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => ruleFile.parse(parse(text)).groups.flatMap(({ rules }) => rules));
}

export type Alert = Rule & { readonly alert: string };
export const isAlert = (one: Rule): one is Alert => one.alert !== undefined;
