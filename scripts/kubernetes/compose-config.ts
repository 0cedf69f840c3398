import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { compose } from '../docker/compose.ts';
import { repositoryRoot } from '../docker/repository.ts';

const volume = z.object({ type: z.string(), source: z.string().optional(), target: z.string() });

/** The parts of `docker compose config --format json` that Kubernetes has to match. */
const composeConfig = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      restart: z.string().optional(),
      command: z.array(z.string()).nullish(),
      entrypoint: z.array(z.string()).nullish(),
      environment: z.record(z.string(), z.string().nullable()).default({}),
      user: z.string().optional(),
      read_only: z.boolean().default(false),
      cap_drop: z.array(z.string()).default([]),
      security_opt: z.array(z.string()).default([]),
      mem_limit: z.coerce.number().optional(),
      cpus: z.coerce.number().optional(),
      shm_size: z.coerce.number().optional(),
      stop_grace_period: z.string().optional(),
      tmpfs: z.array(z.string()).default([]),
      ports: z.array(z.object({ target: z.number() })).default([]),
      volumes: z.array(volume).default([]),
      healthcheck: z.object({ test: z.array(z.string()), timeout: z.string().optional() }).optional(),
    }),
  ),
});

export type ComposeConfig = z.infer<typeof composeConfig>;
export type ComposeService = ComposeConfig['services'][string];

/**
 * Compose's own rendering of compose.yaml with `.env` and nothing else: variables of this shell that would win over
 * `.env` are kept out, since what is generated from it is committed.
 */
export async function renderCompose(signal?: AbortSignal): Promise<ComposeConfig> {
  const [file, dotenv] = await Promise.all(
    ['compose.yaml', '.env'].map((name) => readFile(join(repositoryRoot, name), 'utf8')),
  );
  const used = [...(file ?? '').matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '');
  const names = [...used, ...Object.keys(parseEnv(dotenv ?? '')), 'COMPOSE_FILE', 'COMPOSE_ENV_FILES'];
  const env = Object.fromEntries(names.map((name) => [name, undefined]));
  const { stdout } = await compose(['--profile', '*', 'config', '--format', 'json'], {
    // What is only pulled is a component on Kubernetes (k8s/components/grafana): the rest is configured as without it.
    // There the kubelets are asked for container metrics (k8s/components/kubelet-metrics).
    env: { ...env, COMPOSE_PROFILES: 'closed', COFFEE_CONTAINER_METRICS: 'none' },
    ...(signal ? { signal } : {}),
  });
  // Compose doubles the dollars that are no variables, so that its output can be read again.
  return composeConfig.parse(JSON.parse(stdout.replaceAll('$$', '$')));
}
