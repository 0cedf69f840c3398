import { z } from 'zod';
import { compose, tryCompose } from '../docker/compose.ts';
import { check } from '../docker/run.ts';
import { chosenServices } from '../stack/profiles.ts';

/** A part of the stack as Docker tells of it. https://docs.docker.com/reference/api/engine/ (ContainerInspect) */
const inspected = z
  .object({
    Config: z.object({ Labels: z.record(z.string(), z.string()) }),
    State: z.object({
      Status: z.string(),
      ExitCode: z.int(),
      StartedAt: z.string(),
      Health: z.object({ Status: z.string() }).optional(),
    }),
  })
  .transform(({ Config, State }) => ({
    service: Config.Labels['com.docker.compose.service'] ?? '',
    state: State.Status === 'running' ? (State.Health?.Status ?? 'healthy') : State.Status,
    exitCode: State.ExitCode,
    startedAt: State.StartedAt,
  }));
export type Part = z.output<typeof inspected>;

/** The output of `docker inspect`, read. */
export const partsOf = (output: string): Part[] => z.array(inspected).parse(JSON.parse(output));

/** The parts of the running stack, and what is wrong with them: nothing, when it is whole. */
export async function lookAtStack(signal: AbortSignal): Promise<{ parts: Part[]; problems: string[] }> {
  const chosen = await chosenServices(signal);
  const { stdout } = await compose(['ps', '--all', '--quiet'], { signal });
  const ids = stdout.split('\n').filter((line) => line !== '');
  const parts =
    ids.length > 0 ? partsOf((await check('docker', ['inspect', ...ids], { signal })).stdout) : [];
  return { parts, problems: problemsOf(chosen, parts) };
}

/** The services of the stack that run now; none where Compose can't tell. */
export async function runningServices(signal: AbortSignal): Promise<string[]> {
  const { stdout, code } = await tryCompose(['ps', '--services', '--status', 'running'], { signal });
  return code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

/** Which of the chosen services are not there or not well; those that run once are well when they have succeeded. */
export function problemsOf(chosen: readonly string[], parts: readonly Part[]): string[] {
  return chosen.flatMap((service) => {
    const part = parts.find((one) => one.service === service);
    if (!part) return [`${service} is not there`];
    if (part.state === 'healthy' || (part.state === 'exited' && part.exitCode === 0)) return [];
    return [`${service} is ${part.state}${part.state === 'exited' ? ` with code ${part.exitCode}` : ''}`];
  });
}

/** Parts that were started again in between, as Docker does with what was out of memory. */
export function interruptionsOf(before: readonly Part[], after: readonly Part[]): string[] {
  const startedAt = new Map(before.map((part) => [part.service, part.startedAt]));
  return after.flatMap((part) =>
    startedAt.get(part.service) === part.startedAt ? [] : [`${part.service} was started again`],
  );
}
