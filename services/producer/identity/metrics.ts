import { metrics } from '@opentelemetry/api';

export interface IdentityMetrics {
  signedIn(outcome: 'succeeded' | 'wrong-credentials' | 'locked'): void;
  refreshed(outcome: 'rotated' | 'refused' | 'reused'): void;
  registered(): void;
  /** An event about somebody who was not let in did not get into Kafka. */
  eventLost(): void;
}

export function createIdentityMetrics(): IdentityMetrics {
  const meter = metrics.getMeter('go-coffee/identity');
  const signIns = meter.createCounter('identity.sign_ins', {
    description: 'Attempts to sign in, by outcome: succeeded, wrong-credentials, locked',
    unit: '{attempt}',
  });
  const refreshes = meter.createCounter('identity.refreshes', {
    description: 'Uses of refresh tokens, by outcome: rotated, refused, reused',
    unit: '{use}',
  });
  const registrations = meter.createCounter('identity.registrations', {
    description: 'Requests for an account, also for names that are taken',
    unit: '{request}',
  });
  const lost = meter.createCounter('identity.events.lost', {
    description: 'Events about refusals that Kafka did not take',
    unit: '{event}',
  });
  return {
    signedIn: (outcome) => signIns.add(1, { outcome }),
    refreshed: (outcome) => refreshes.add(1, { outcome }),
    registered: () => registrations.add(1),
    eventLost: () => lost.add(1),
  };
}
