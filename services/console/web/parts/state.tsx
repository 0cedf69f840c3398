import { Badge } from '@mantine/core';

const good = [
  'up',
  'running',
  'healthy',
  'completed',
  'paid',
  'ready',
  'stable',
  'live',
  'given',
  'ok',
  'passed',
];
const bad = [
  'down',
  'failed',
  'exited',
  'unhealthy',
  'firing',
  'rejected',
  'error',
  'fatal',
  'expired',
  'broken',
];
const busy = [
  'pending',
  'waiting',
  'queued',
  'preparing',
  'starting',
  'warn',
  'open',
  'awaiting-payment',
  'assigned',
];

const colorOf = (state: string): string => {
  if (good.includes(state)) return 'green.8';
  if (bad.includes(state)) return 'red.8';
  return busy.includes(state) ? 'yellow.6' : 'gray.6';
};

/** A state as a word on its colour: nobody has to tell colours apart. */
export function State({ of }: { readonly of: string }) {
  return (
    <Badge color={colorOf(of.toLowerCase())} variant="filled" radius="sm" tt="none">
      {of}
    </Badge>
  );
}
