import { UserError } from '../cli/user-error.ts';
import type { Api, KubeObject } from './api.ts';
import type { Clock } from './clock.ts';

interface Lease extends KubeObject {
  readonly spec: { readonly holderIdentity?: string; readonly renewTime?: string };
}

const name = 'deployment';
const durationMs = 15_000;
const renewalMs = 5_000;
const lookMs = 1_000;

const leaseIsLost = (): UserError => new UserError('The lease of this deployment is lost.', 'Run it again.');

/**
 * One deployment at a time: a Lease that its holder renews. Whoever was killed does not, and is followed when its lease has
 * not moved for its length, by the watch of who waits, as client-go's leader election has it: clocks may differ.
 */
export class DeploymentLease implements AsyncDisposable {
  readonly #api: Api;
  readonly #holder: string;
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  readonly #lost = new AbortController();
  #renewedAt: number;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(api: Api, holder: string, clock: Clock) {
    this.#api = api;
    this.#holder = holder;
    this.#clock = clock;
    this.#renewedAt = clock.now();
  }

  /** @throws UserError when another deployment is at work */
  static async take(api: Api, holder: string, clock: Clock, signal: AbortSignal): Promise<DeploymentLease> {
    const lease = new DeploymentLease(api, holder, clock);
    await lease.#take(signal);
    lease.#renewedAt = clock.now();
    lease.#renewing = lease.#renew();
    return lease;
  }

  /** Aborts when it could not be renewed in time: somebody else may be at work. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Whoever was paused (a laptop that slept) may have been followed before anything here has noticed.
   * @throws UserError when nobody can know any more that this is the only deployment
   */
  insist(): void {
    if (!this.#lost.signal.aborted && this.#clock.now() - this.#renewedAt < durationMs) return;
    this.#lost.abort(leaseIsLost());
    throw leaseIsLost();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#renewing;
    const current = await this.#api.get<Lease>('lease', name);
    if (current?.spec.holderIdentity === this.#holder) await this.#api.remove('lease', name);
  }

  async #take(signal: AbortSignal): Promise<void> {
    const from = this.#clock.now();
    const first = await this.#api.get<Lease>('lease', name);
    for (let current = first; ; current = await this.#api.get<Lease>('lease', name)) {
      signal.throwIfAborted();
      if (!current) {
        if (await this.#api.create(this.#lease())) return;
      } else if (current.spec.renewTime !== first?.spec.renewTime) throw this.#busy(current);
      else if (this.#clock.now() - from >= durationMs) {
        const { resourceVersion } = current.metadata;
        if (await this.#api.replace(this.#lease(resourceVersion))) return;
        throw this.#busy(current);
      }
      await this.#clock.pause(lookMs, signal);
    }
  }

  async #renew(): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      await this.#clock.pause(renewalMs, signal);
      if (signal.aborted) return;
      const at = this.#clock.now();
      // From before it was sent: whoever waits counts from when it got there.
      if (await this.#renewOnce()) this.#renewedAt = at;
      else if (this.#clock.now() - this.#renewedAt >= durationMs - renewalMs) {
        this.#lost.abort(leaseIsLost());
        return;
      }
    }
  }

  /** @returns whether it is renewed; what fails is tried again */
  async #renewOnce(): Promise<boolean> {
    try {
      const current = await this.#api.get<Lease>('lease', name);
      if (current?.spec.holderIdentity !== this.#holder) return false;
      return await this.#api.replace(this.#lease(current.metadata.resourceVersion));
    } catch {
      // The API server may be away for a moment: the time that is left says what that means.
      return false;
    }
  }

  #lease(resourceVersion?: string): Lease {
    const renewTime = new Date(this.#clock.now()).toISOString().replace('Z', '000Z');
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, ...(resourceVersion ? { resourceVersion } : {}) },
      spec: {
        holderIdentity: this.#holder,
        leaseDurationSeconds: durationMs / 1000,
        renewTime,
      } as Lease['spec'],
    };
  }

  #busy({ spec }: Lease): UserError {
    return new UserError(
      `Another deployment is at work: ${spec.holderIdentity}.`,
      'Wait for its end; there is one at a time.',
    );
  }
}
