import { type Address, createPublicClient, type Hex, http } from 'viem';
import { chainList } from '#contracts/http/payments.ts';
import { retryWithin } from '#platform/lifecycle/abort.ts';
import { orderKey } from '../../services/web3-payment/chain/invoice.ts';
import { platformFetch } from '../../services/web3-payment/chain/rpc-transport.ts';
import { coffeePaymentsAbi } from '../../services/web3-payment/contracts/compiled/coffee-payments.ts';
import { UserError } from '../cli/user-error.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { readHostSecrets } from '../stack/host-secrets.ts';
import type { StackSettings } from '../stack/settings.ts';
import type { ChainPayment, PaymentRow } from './evidence.ts';

const states = ['unpaid', 'paid', 'refunded'] as const;
// The chain is asked for thousands of orders: so many in a request.
const batchSize = 100;
// A node refuses to read the latest block when another one comes in that moment ("BlockOutOfRangeError", -32602), and viem does
// not repeat what is refused so.
const retriedForMs = 30_000;

/** Where payments are on a chain. */
interface PaymentChain {
  readonly name: string;
  readonly contract: string;
}

type State = (typeof states)[number];

/**
 * What a contract says of orders.
 *
 * @param read the contract's number for a key of `orderKey`; repeated while it fails, for a while.
 */
export async function statesOf(
  orderIds: readonly string[],
  read: (key: Hex) => Promise<number>,
  signal: AbortSignal,
): Promise<Map<string, State>> {
  const found = new Map<string, State>();
  // A window at a time: all at once would be thousands of answers under way.
  for (let start = 0; start < orderIds.length; start += 10 * batchSize) {
    const some = orderIds.slice(start, start + 10 * batchSize);
    await Promise.all(
      some.map(async (orderId) => {
        const state = await retryWithin(retriedForMs, () => read(orderKey(orderId)), signal);
        found.set(orderId, states[state] ?? 'unpaid');
      }),
    );
  }
  return found;
}

/** Asks the chain itself, past the service that is judged, what was paid for orders. */
export class ChainEvidence {
  readonly #settings: StackSettings;
  readonly #signal: AbortSignal;
  /** Asked for once: reconciling reads again and again, and requests are limited. */
  #known: PaymentChain | undefined;

  constructor(settings: StackSettings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
  }

  /** @throws UserError when the service does not say where its contract is. */
  async read(payments: readonly PaymentRow[]): Promise<ChainPayment[]> {
    if (payments.length === 0) return [];
    const { chainUrl } = this.#settings;
    this.#known ??= await this.#chain();
    const { name, contract } = this.#known;
    const { tls } = await readHostSecrets(this.#settings, this.#signal);
    const fetchFn = tls ? { fetchFn: platformFetch(tls) } : {};
    const transport = http(chainUrl.href, {
      batch: { batchSize },
      retryCount: 5,
      timeout: 30_000,
      ...fetchFn,
    });
    const client = createPublicClient({ transport });
    const here = payments.filter(({ chain }) => chain === name);
    const read = (key: Hex): Promise<number> =>
      client.readContract({
        address: contract as Address,
        abi: coffeePaymentsAbi,
        functionName: 'stateOf',
        args: [key],
      });
    const found = await statesOf(
      here.map(({ orderId }) => orderId),
      read,
      this.#signal,
    );
    return here.map(({ orderId, chain }) => ({ orderId, chain, state: found.get(orderId) ?? 'unpaid' }));
  }

  async #chain(): Promise<PaymentChain> {
    const authority = await readAuthority(this.#settings, this.#signal);
    using client = new ApiClient(this.#settings.web3PaymentUrl, 1, authority);
    const reply = await client.send({ method: 'GET', path: '/v1/chains' });
    const [chain] = chainList.safeParse(reply.body).data?.chains ?? [];
    if (chain) return chain;
    throw new UserError(
      'web3-payment does not say which chains there are.',
      'See ./coffee logs web3-payment.',
    );
  }
}
