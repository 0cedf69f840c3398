import { describe, expect, it } from 'vitest';
import { hasNoRoom, missingOfState, type WorkloadState } from './workload-state.ts';

function workload(replicas: number, status: WorkloadState['status'], kind = 'Deployment'): WorkloadState {
  const metadata = { name: 'producer', generation: 3 };
  const spec = { replicas, selector: { matchLabels: { name: 'producer' } } };
  return { kind, metadata, spec, status: { observedGeneration: 3, ...status } };
}
const autoscaler = { spec: { minReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'producer' } } };

describe('a workload', () => {
  it('lacks nothing when all its pods are new and available', () => {
    const all = workload(3, { replicas: 3, updatedReplicas: 3, availableReplicas: 3 });
    expect(missingOfState(all, [])).toBeUndefined();
  });

  it('is waited for until its controller has seen it', () => {
    const unseen = workload(1, {
      observedGeneration: 2,
      replicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
    });
    expect(missingOfState(unseen, [])).toEqual({ what: 'its controller has not seen it yet', surplus: 0 });
  });

  it('is waited for while an old pod is there', () => {
    const old = workload(3, { replicas: 4, updatedReplicas: 3, availableReplicas: 4 });
    expect(missingOfState(old, [autoscaler])).toEqual({ what: '3 of 4 pods are new', surplus: 0 });
    const revisions = { currentRevision: 'a', updateRevision: 'b' };
    const set = workload(
      1,
      { replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...revisions },
      'StatefulSet',
    );
    expect(missingOfState(set, [])?.what).toBe('1 of 1 pods are new');
  });

  it('may lack for room what its autoscaler asks for beyond its least, and no more', () => {
    const some = { replicas: 4, updatedReplicas: 4, availableReplicas: 2 };
    expect(missingOfState(workload(4, some), [autoscaler])?.surplus).toBe(2);
    expect(missingOfState(workload(4, { ...some, availableReplicas: 1 }), [autoscaler])?.surplus).toBe(0);
    expect(missingOfState(workload(4, some), [])?.surplus).toBe(0);
  });
});

it('a pod has no room when the scheduler says so', () => {
  const pod = (reason: string) => ({
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason }] },
  });
  expect(hasNoRoom(pod('Unschedulable'))).toBe(true);
  expect(hasNoRoom(pod('SchedulingGated'))).toBe(false);
  expect(hasNoRoom({ status: {} })).toBe(false);
});
