import type { DemoPayer } from '../payments/demo-payer.ts';
import { readAuthority } from '../stack/authority.ts';
import { kafkaAccess } from '../stack/kafka.ts';
import type { StackSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import type { DayKitchen, DayOptions } from './run-day.ts';

/** Where customers order at the running stack, and who they are to it. */
export async function shopAtStack(
  settings: StackSettings,
  signal: AbortSignal,
): Promise<Pick<DayOptions, 'producerUrl' | 'authority' | 'tokens'>> {
  return {
    producerUrl: settings.producerUrl,
    authority: await readAuthority(settings, signal),
    tokens: await stackTokens(settings, signal),
  };
}

/** The baristas of the running stack. @param payer pays what is paid on a chain; without one such orders expire */
export async function kitchenAtStack(
  settings: StackSettings,
  finishWithinMs: number,
  signal: AbortSignal,
  payer?: DemoPayer,
): Promise<DayKitchen> {
  const kafka = await kafkaAccess(settings, signal);
  return { kafka, finishWithinMs, ...(payer ? { payCrypto: (orderId) => payer.pay(orderId) } : {}) };
}
