import { z } from 'zod';
import { check } from '../scripts/docker/run.ts';
import { runningContainers } from './observe/containers.ts';

/** A container of the running stack, as Docker tells of it. https://docs.docker.com/reference/api/engine/ (ContainerInspect) */
const inspected = z
  .object({
    Id: z.string(),
    Image: z.string(),
    Path: z.string(),
    Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()) }),
  })
  .transform(({ Id, Image, Path, Config }) => ({
    id: Id,
    service: Config.Labels['com.docker.compose.service'] ?? '',
    /** As compose.yaml names it; a tag can be moved. */
    image: Config.Image,
    /** What the tag meant when the container was made. */
    imageId: Image.replace(/^sha256:/, '').slice(0, 12),
    program: Path,
  }));
export type RunningPart = z.output<typeof inspected>;

/** The output of `docker inspect`, read. */
export const runningPartsOf = (output: string): RunningPart[] => z.array(inspected).parse(JSON.parse(output));

/** The parts of the stack that run. @throws RunError or ZodError when Docker does not tell */
export async function readRunningParts(signal: AbortSignal): Promise<RunningPart[]> {
  const ids = [...(await runningContainers(signal)).keys()];
  if (ids.length === 0) return [];
  return runningPartsOf((await check('docker', ['inspect', ...ids], { signal })).stdout);
}

/** Each image once, with its id and those that run it: `postgres:17-trixie 0a1b2c3d4e5f (postgres)`. */
export function imagesInWords(parts: readonly RunningPart[]): string {
  const services = Map.groupBy(parts, ({ image, imageId }) => `${image} ${imageId}`);
  return [...services]
    .map(([image, those]) => `${image} (${those.map(({ service }) => service).join(', ')})`)
    .toSorted()
    .join('; ');
}

/** The version of Node that a service runs on, by its own program. @throws Error when it does not run, or not on Node */
export async function nodeVersionOf(
  service: string,
  parts: readonly RunningPart[],
  signal: AbortSignal,
): Promise<string> {
  const part = parts.find((one) => one.service === service);
  if (!part) throw new Error(`${service} does not run`);
  const { stdout } = await check('docker', ['exec', part.id, part.program, '--version'], { signal });
  return stdout.trim().replace(/^v/, '');
}
