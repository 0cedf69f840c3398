import type { Meter } from '@opentelemetry/api';

/** A counter of what a service buries, by topic and code of the error. */
export function countDeadLetters(meter: Meter): (topic: string, code: string) => void {
  const buried = meter.createCounter('coffee.dead_letters', {
    unit: '{message}',
    description: 'Messages that went to the dead letters',
  });
  return (topic, code) => buried.add(1, { topic, code });
}
