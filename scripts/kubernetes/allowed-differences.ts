import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';
import { type Overlay, overlays } from './manifests.ts';
import { type Difference, describeDifference } from './parts.ts';

const schema = z.array(
  z.strictObject({
    parts: z.array(z.string()).min(1),
    field: z.string(),
    /** Both sides are given exactly, so that a change of either has to be looked at; left out: that side has nothing. */
    compose: z.string().optional(),
    kubernetes: z.string().optional(),
    /** All of them unless told. */
    overlays: z.array(z.enum(overlays)).default([...overlays]),
    reason: z.string().min(20),
  }),
);

export type AllowedDifference = z.infer<typeof schema>[number];

export const allowedDifferencesFile = 'k8s/allowed-differences.yaml';

export async function readAllowedDifferences(): Promise<AllowedDifference[]> {
  return schema.parse(parse(await readFile(join(repositoryRoot, allowedDifferencesFile), 'utf8')));
}

/** What is wrong, in words: differences that are not allowed, and allowances for what is no difference (any more). */
export function judgeParity(
  overlay: Overlay,
  found: readonly Difference[],
  allowed: readonly AllowedDifference[],
): string[] {
  const used = new Set<string>();
  const problems: string[] = [];
  const here = allowed.filter((entry) => entry.overlays.includes(overlay));
  for (const difference of found) {
    const { part, field, compose, kubernetes } = difference;
    const entry = here.find(
      (one) =>
        one.parts.includes(part) &&
        one.field === field &&
        one.compose === compose &&
        one.kubernetes === kubernetes,
    );
    if (entry) used.add(`${part} ${here.indexOf(entry)}`);
    else problems.push(describeDifference(difference));
  }
  for (const [index, entry] of here.entries()) {
    for (const part of entry.parts) {
      if (!used.has(`${part} ${index}`))
        problems.push(
          `${part}: ${entry.field} is no such difference (any more): take it out of ${allowedDifferencesFile}`,
        );
    }
  }
  return problems;
}
