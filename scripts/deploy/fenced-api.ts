import type { Api } from './api.ts';
import type { DeploymentLease } from './lease.ts';

/** Changes only while the lease is held: nothing comes late from who was paused and followed. */
export function fenced(api: Api, lease: Pick<DeploymentLease, 'insist'>): Api {
  const insisting = <A extends unknown[], R>(change: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      lease.insist();
      return change(...args);
    };
  };
  return {
    namespace: api.namespace,
    get: (kind, name) => api.get(kind, name),
    list: (kind, selector) => api.list(kind, selector),
    memoryUsage: () => api.memoryUsage(),
    logs: (job) => api.logs(job),
    difference: (objects) => api.difference(objects),
    create: insisting((object) => api.create(object)),
    replace: insisting((object) => api.replace(object)),
    apply: insisting((objects) => api.apply(objects)),
    patch: insisting((kind, name, patch) => api.patch(kind, name, patch)),
    remove: insisting((kind, name) => api.remove(kind, name)),
  };
}
