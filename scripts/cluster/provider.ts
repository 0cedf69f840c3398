/** How to reach a cluster: what kubectl needs in its environment. */
export interface ClusterAccess {
  /** A file, or several separated by colons; undefined: kubectl's own default. */
  readonly kubeconfig: string | undefined;
  /** Folders that come first in PATH, for a kubectl that fits the cluster. */
  readonly path: string | undefined;
  readonly context: string | undefined;
  /** The program that made it, where one did. */
  readonly script?: string | undefined;
}

/** Where a cluster comes from. */
export interface ClusterProvider {
  readonly name: 'script' | 'kind' | 'existing';
  /** In words, for people. */
  readonly title: string;
  /** Makes the cluster unless it is there. `note` gets lines of progress. */
  up(signal: AbortSignal, note: (line: string) => void): Promise<ClusterAccess>;
  /** Brings images of the local Docker engine to the nodes. */
  load(images: readonly string[], signal: AbortSignal): Promise<void>;
  /** Takes the cluster away; a cluster that was there before stays. */
  down(signal: AbortSignal): Promise<void>;
}
