import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rulesFolder } from './rules.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A duration of Prometheus (`5m`, `1d`) divided by a factor, at least `leastMs`.
 * @throws Error when it is no duration
 */
export function scaleDuration(text: string, factor: number, leastMs: number): string {
  const [, amount, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(amount) * (unitMs[unit] ?? Number.NaN);
  if (!Number.isFinite(ms)) throw new Error(`"${text}" is no duration of Prometheus.`);
  return ms === 0 ? text : `${Math.max(leastMs, Math.round(ms / factor))}ms`;
}

/**
 * Rules with all their windows and waiting times divided: what takes an hour to fire takes minutes. Names of recorded series
 * stay, since other rules read them. Windows keep at least four samples, or nothing could be said of a rate.
 *
 * @param sampleMs how often metrics come.
 */
export function scaleRules(text: string, factor: number, sampleMs: number): string {
  return text
    .replaceAll(/\[(\d+[a-z]+)\]/g, (_, window: string) => `[${scaleDuration(window, factor, 4 * sampleMs)}]`)
    .replaceAll(
      / offset (\d+[a-z]+)/g,
      (_, window: string) => ` offset ${scaleDuration(window, factor, 4 * sampleMs)}`,
    )
    .replaceAll(
      /^( +)for: (\S+)$/gm,
      (_, indent: string, wait: string) => `${indent}for: ${scaleDuration(wait, factor, 1_000)}`,
    )
    .replaceAll(
      /^( +)interval: (\S+)$/gm,
      (_, indent: string, wait: string) => `${indent}interval: ${scaleDuration(wait, factor, 2_000)}`,
    );
}

/** Writes all rule files, scaled, into a folder that Compose mounts by PROMETHEUS_RULES. */
export async function writeScaledRules(folder: string, factor: number, sampleMs: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of (await readdir(rulesFolder)).filter((file) => file.endsWith('.rules.yml'))) {
    const text = await readFile(join(rulesFolder, name), 'utf8');
    await writeFile(join(folder, name), scaleRules(text, factor, sampleMs));
  }
}
