import { type Payment, payment, paymentList } from '#contracts/http/payments.ts';
import { errorCodes } from '#platform/errors/app-error.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { ApiClient, type ApiReply, type ApiRequest, NoReplyError } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import type { StackSettings } from '../stack/settings.ts';
import { type Authorization, type StackTokens, stackTokens } from '../stack/tokens.ts';

const answerWithinMs = 60_000;
const { status: notOpenStatus } = errorCodes['payment-not-open'];

/** Who asks for an order's payment: one of thousands, since nobody may ask more often than the API lets one person. */
const cashierOf = (orderId: string): string => `cashier-${orderId.slice(0, 3)}`;

/** Payments of the running stack, as those who serve customers see them. */
export class PaymentsClient implements Disposable {
  readonly #client: ApiClient;
  readonly #tokens: StackTokens;
  readonly #signal: AbortSignal;

  constructor(client: ApiClient, tokens: StackTokens, signal: AbortSignal) {
    this.#client = client;
    this.#tokens = tokens;
    this.#signal = signal;
  }

  static async open(settings: StackSettings, signal: AbortSignal, connections = 4): Promise<PaymentsClient> {
    const authority = await readAuthority(settings, signal);
    const client = new ApiClient(settings.web3PaymentUrl, connections, authority);
    return new PaymentsClient(client, await stackTokens(settings, signal), signal);
  }

  /**
   * The payment of an order, as soon as the service knows the order; undefined for one that was over before.
   *
   * @throws UserError after a minute
   */
  async ofOrder(orderId: string): Promise<Payment | undefined> {
    const path = `/v1/payments?orderId=${orderId}`;
    return paymentList.parse((await this.#send(orderId, { method: 'GET', path })).body).payments[0];
  }

  async find({ id, orderId }: KnownPayment): Promise<Payment> {
    return payment.parse((await this.#send(orderId, { method: 'GET', path: `/v1/payments/${id}` })).body);
  }

  /**
   * Has the demo wallet pay it; repeats are harmless.
   *
   * @returns whether it can be paid: its order may have been cancelled meanwhile
   */
  async payFromDemoWallet({ id, orderId }: KnownPayment): Promise<boolean> {
    const request = { method: 'POST', path: `/v1/payments/${id}/demo-wallet` } as const;
    return (await this.#send(orderId, request, [200, notOpenStatus])).status === 200;
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  /** Again and again, as seldom as it is asked to, until the answer is what is waited for. */
  async #send(orderId: string, request: ApiRequest, ends: readonly number[] = [200]): Promise<ApiReply> {
    const deadline = performance.now() + answerWithinMs;
    const authorize = (): Promise<Authorization> => this.#tokens.headerOf(cashierOf(orderId), 'barista');
    for (let attempt = 0; ; attempt += 1) {
      this.#signal.throwIfAborted();
      const reply = await this.#client.send({ ...request, authorize }).catch(noReply);
      const answered = !(reply instanceof NoReplyError);
      if (answered && ends.includes(reply.status)) return reply;
      const waitMs = Math.max(backoff(attempt, 50, 1_000), answered ? (reply.retryAfterMs ?? 0) : 0);
      if (performance.now() + waitMs > deadline || (answered && !isWorthAnother(reply))) {
        const said = answered ? `${reply.status} ${JSON.stringify(reply.body)}` : reply.message;
        throw new UserError(`The payment is not there: ${said}`, 'See ./coffee logs web3-payment.');
      }
      await pause(waitMs, this.#signal);
    }
  }
}

/** As much of a payment as tells which one it is. */
type KnownPayment = Pick<Payment, 'id' | 'orderId'>;

/** An order that was just accepted takes a moment until it can be paid. */
const isWorthAnother = ({ status }: ApiReply): boolean => [404, 429, 502, 503, 504].includes(status);

function noReply(error: unknown): NoReplyError {
  if (error instanceof NoReplyError) return error;
  throw error;
}
