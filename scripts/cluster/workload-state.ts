/** A Deployment or StatefulSet, as the API server tells it. */
export interface WorkloadState {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

export interface AutoscalerState {
  readonly spec: {
    readonly minReplicas?: number;
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  };
}

export interface PodState {
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

/** Whether no node has room for a pod. */
export const hasNoRoom = ({ status }: PodState): boolean =>
  (status.conditions ?? []).some(
    ({ type, status: is, reason }) => type === 'PodScheduled' && is === 'False' && reason === 'Unschedulable',
  );

export interface Missing {
  readonly what: string;
  /** How many pods are only more than the autoscaler's least, and may wait for room: an autoscaler asks for what it likes. */
  readonly surplus: number;
}

/** What a workload lacks until all its pods are new and available; undefined when it lacks nothing. */
export function missingOfState(
  { kind, metadata, spec, status }: WorkloadState,
  autoscalers: readonly AutoscalerState[],
): Missing | undefined {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec.replicas ?? 1;
  const autoscaler = autoscalers.find(
    ({ spec: { scaleTargetRef } }) => scaleTargetRef.kind === kind && scaleTargetRef.name === metadata.name,
  );
  const least = Math.min(autoscaler?.spec.minReplicas ?? wanted, wanted);
  if ((status.observedGeneration ?? 0) < metadata.generation)
    return { what: 'its controller has not seen it yet', surplus: 0 };
  if (updatedReplicas < replicas || status.currentRevision !== status.updateRevision)
    return { what: `${updatedReplicas} of ${replicas} pods are new`, surplus: 0 };
  if (availableReplicas >= wanted) return undefined;
  const what = `${availableReplicas} of ${wanted} pods are available`;
  return { what, surplus: availableReplicas >= least ? wanted - availableReplicas : 0 };
}
