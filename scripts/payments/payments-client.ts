import { type Payment, payment, paymentList } from '#contracts/http/payments.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { ApiClient, type ApiReply, type ApiRequest, NoReplyError } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import type { StackSettings } from '../stack/settings.ts';
import { type StackTokens, stackTokens } from '../stack/tokens.ts';

const answerWithinMs = 60_000;

/** Payments of the running stack, as somebody who serves customers sees them. */
export class PaymentsClient implements Disposable {
  readonly #client: ApiClient;
  readonly #tokens: StackTokens;
  readonly #signal: AbortSignal;

  private constructor(client: ApiClient, tokens: StackTokens, signal: AbortSignal) {
    this.#client = client;
    this.#tokens = tokens;
    this.#signal = signal;
  }

  static async open(settings: StackSettings, signal: AbortSignal, connections = 4): Promise<PaymentsClient> {
    const authority = await readAuthority(settings, signal);
    const client = new ApiClient(settings.web3PaymentUrl, connections, authority);
    return new PaymentsClient(client, await stackTokens(settings, signal), signal);
  }

  /** The payment of an order on the shop's chain, as soon as there is one. @throws UserError after a minute */
  async ofOrder(orderId: string): Promise<Payment> {
    const path = `/v1/payments?orderId=${orderId}`;
    const reply = await this.#send({ method: 'GET', path }, ({ status, body }) => {
      const list = status === 200 ? paymentList.safeParse(body).data : undefined;
      return (list?.payments.length ?? 0) > 0;
    });
    const [first] = paymentList.parse(reply.body).payments;
    if (!first) throw new UserError('The order has no payment.', 'See ./coffee logs web3-payment.');
    return first;
  }

  async find(id: string): Promise<Payment> {
    return payment.parse((await this.#send({ method: 'GET', path: `/v1/payments/${id}` }, isGood)).body);
  }

  /** Has the demo wallet pay it; repeats are harmless. */
  async payFromDemoWallet(id: string): Promise<Payment> {
    const request = { method: 'POST', path: `/v1/payments/${id}/demo-wallet` } as const;
    return payment.parse((await this.#send(request, isGood)).body);
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  /** Again and again, until the answer is what is waited for. */
  async #send(request: ApiRequest, good: (reply: ApiReply) => boolean): Promise<ApiReply> {
    const deadline = performance.now() + answerWithinMs;
    for (let attempt = 0; ; attempt += 1) {
      this.#signal.throwIfAborted();
      const headers = { ...request.headers, ...(await this.#tokens.headerOf('cashier', 'barista')) };
      const reply = await this.#client.send({ ...request, headers }).catch(noReply);
      if (!(reply instanceof NoReplyError) && good(reply)) return reply;
      if (performance.now() > deadline || (!(reply instanceof NoReplyError) && !isWorthAnother(reply))) {
        const said =
          reply instanceof NoReplyError ? reply.message : `${reply.status} ${JSON.stringify(reply.body)}`;
        throw new UserError(`The payment is not there: ${said}`, 'See ./coffee logs web3-payment.');
      }
      await pause(backoff(attempt, 50, 1_000), this.#signal);
    }
  }
}

const isGood = ({ status }: ApiReply): boolean => status === 200;
/** An order that was just accepted takes a moment until it can be paid. */
const isWorthAnother = ({ status }: ApiReply): boolean => [200, 404, 429, 502, 503, 504].includes(status);

function noReply(error: unknown): NoReplyError {
  if (error instanceof NoReplyError) return error;
  throw error;
}
