import { DBOS } from '@dbos-inc/dbos-sdk';
import { isPermanent } from './permanent-error.ts';

export interface StepOptions {
  /** How often it is tried in all; 1 unless told. */
  readonly attempts?: number;
  readonly delaySeconds?: number;
  /** Each pause is so many times the one before it. */
  readonly rate?: number;
  /** For one attempt. */
  readonly timeoutSeconds?: number;
}

/**
 * What a workflow does outside of itself: each is done at least once, and its result is kept, so that a run goes on
 * behind it, whoever is killed.
 */
export interface Durable {
  step<T>(name: string, work: () => Promise<T>, options?: StepOptions): Promise<T>;
  /** What somebody sends under the topic; null when nothing comes in time. */
  receive<T>(topic: string, timeoutSeconds: number): Promise<T | null>;
  pause(ms: number): Promise<void>;
}

export const durable: Durable = {
  step: (name, work, options = {}) => {
    const { attempts = 1, delaySeconds = 1, rate = 2, timeoutSeconds } = options;
    return DBOS.runStep(work, {
      name,
      retriesAllowed: attempts > 1,
      maxAttempts: attempts,
      intervalSeconds: delaySeconds,
      backoffRate: rate,
      shouldRetry: (error) => !isPermanent(error),
      ...(timeoutSeconds === undefined ? {} : { timeoutMS: timeoutSeconds * 1_000 }),
    });
  },
  receive: <T>(topic: string, timeoutSeconds: number) => DBOS.recv<T>(topic, { timeoutSeconds }),
  pause: (ms) => DBOS.sleep(ms),
};
