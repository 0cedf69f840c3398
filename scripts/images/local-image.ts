import { run } from '../docker/run.ts';
import { contentLabel, imageLabel } from './content-hash.ts';
import type { LocalImage } from './plan.ts';

/** What the Docker engine has under this name; undefined when it has nothing. */
export async function findLocalImage(
  name: string,
  reference: string,
  signal: AbortSignal,
): Promise<LocalImage | undefined> {
  const format = '{{json .Config.Labels}}';
  const result = await run('docker', ['image', 'inspect', '--format', format, reference], { signal });
  if (result.code !== 0) {
    if (/no such image/i.test(result.stderr)) return undefined;
    throw new Error(`docker image inspect ${reference} failed: ${result.stderr.trim()}`);
  }
  const labels = (JSON.parse(result.stdout) ?? {}) as Record<string, string>;
  const content = labels[contentLabel];
  return content !== undefined && labels[imageLabel] === name ? { builtFrom: content } : {};
}
