import { parseAllDocuments } from 'yaml';
import { kubectl } from './kubectl.ts';

/** Any Kubernetes object; what is below `spec` differs by kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}

export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw problem;
    const manifest: unknown = document.toJS();
    return manifest === null ? [] : [manifest as Manifest];
  });
}

// kubectl asks a server before it renders, and again for five seconds where something else listens at its default address:
// the producer does. No server is needed, and nobody listens here.
const noServer = '--server=https://127.0.0.1:1';

/**
 * What `kubectl apply -k` would send, as YAML.
 * @param path a folder with a kustomization, from the repository's root
 * @throws RunError with Kustomize's own words
 */
export async function renderText(path: string, signal?: AbortSignal): Promise<string> {
  return (await kubectl([noServer, 'kustomize', path], signal ? { signal } : {})).stdout;
}

/** The same, parsed. @throws RunError with Kustomize's own words */
export async function renderManifests(path: string, signal?: AbortSignal): Promise<Manifest[]> {
  return parseManifests(await renderText(path, signal));
}

export const overlays = ['local', 'staging', 'production'] as const;
export type Overlay = (typeof overlays)[number];
export const overlayPath = (overlay: Overlay): string => `k8s/overlays/${overlay}`;
