import { BaseError, type Hex, keccak256 } from 'viem';
import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { ChainClient } from '../chain/chain-client.ts';
import { receiptOf } from '../chain/sightings.ts';
import type { Signer } from '../chain/signer.ts';
import {
  finish,
  keepAttempt,
  markSent,
  nextNonce,
  type Outcome,
  type OwnTransaction,
  openTransactions,
  plan,
  reopen,
} from '../database/transactions.ts';
import type { Web3Metrics } from '../metrics.ts';
import { feesFor } from './fees.ts';
import type { Job } from './job.ts';

export interface SenderOptions {
  /** How long a transaction may wait for its block before it is sent with higher fees, in milliseconds. */
  readonly patienceMs?: number;
  /** The most transactions under way. */
  readonly mostUnderWay?: number;
}

export interface SenderParts {
  readonly chain: ChainClient;
  readonly signer: Signer;
  readonly jobs: readonly Job[];
  readonly database: Database;
  readonly metrics: Pick<Web3Metrics, 'sent' | 'mined'>;
  readonly log: Logger;
}

// What nodes say of a transaction that they have already.
const hasArrived = /already known|already imported|nonce too low/i;

interface ToSend {
  readonly id: number;
  readonly raw: Hex;
}

/**
 * Sends the transactions of one account on one chain, from one replica at a time. What is to be sent is written first, with
 * its number and its signature, in the transaction that takes the work; a replica that is killed anywhere leaves either
 * nothing, or something that the next one sends again, and the chain takes each number once.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #options: Required<SenderOptions>;

  constructor(parts: SenderParts, options: SenderOptions = {}) {
    this.#parts = parts;
    this.#options = { patienceMs: 15_000, mostUnderWay: 6, ...options };
  }

  /** Looks after what is under way and sends what waits, unless another replica is at it. */
  async work(): Promise<void> {
    const { database } = this.#parts;
    const job = `web3.send.${this.#account.chain}.${this.#account.sender}`;
    const toSend = await exclusively(database, job, (transaction) => this.#round(transaction));
    for (const one of toSend ?? []) await this.#send(one);
  }

  get #account() {
    return { chain: this.#parts.chain.definition.name, sender: this.#parts.signer.address };
  }

  async #round(transaction: Transaction): Promise<ToSend[]> {
    const { client } = this.#parts.chain;
    // Before the receipts: what the chain counts now has a receipt then, if it is ours.
    const count = await client.getTransactionCount({ address: this.#account.sender });
    const reopened = await reopen(transaction, this.#account, count);
    if (reopened > 0)
      this.#parts.log.warn({ ...this.#account, reopened }, 'the chain has forgotten transactions');
    const toSend: ToSend[] = [];
    const open = await openTransactions(transaction, this.#account);
    let underWay = 0;
    for (const one of open) {
      if (await this.#isOver(transaction, one, count)) continue;
      underWay += 1;
      const again = await this.#again(transaction, one, count);
      if (again) toSend.push(again);
    }
    for (const job of this.#parts.jobs) {
      while (underWay < this.#options.mostUnderWay) {
        const next = await this.#next(transaction, job, count);
        if (!next) break;
        underWay += 1;
        toSend.push(next);
      }
    }
    return toSend;
  }

  /** Whether one of its attempts is so deep that it stays, or its number was used by somebody else. */
  async #isOver(transaction: Transaction, own: OwnTransaction, count: number): Promise<boolean> {
    const { client, definition } = this.#parts.chain;
    if (own.nonce >= count) return false;
    for (const hash of own.hashes.toReversed()) {
      const receipt = await receiptOf(client, hash);
      if (!receipt) continue;
      const head = await client.getBlockNumber();
      if (head - receipt.blockNumber + 1n < BigInt(definition.confirmations)) return false;
      await this.#end(transaction, own, receipt.status === 'success' ? 'done' : 'failed', receipt);
      return true;
    }
    await this.#end(transaction, own, 'replaced');
    return true;
  }

  async #end(
    transaction: Transaction,
    own: OwnTransaction,
    outcome: Outcome,
    mined?: { readonly gasUsed: bigint; readonly blockNumber: bigint },
  ): Promise<void> {
    const { jobs, metrics, log } = this.#parts;
    await finish(transaction, own.id, outcome, mined);
    metrics.mined(this.#account.chain, own.purpose, mined?.gasUsed ?? 0n, outcome);
    if (outcome === 'done') return;
    log.error(
      { ...this.#account, nonce: own.nonce, purpose: own.purpose, outcome },
      'transaction without effect',
    );
    await jobs.find(({ purpose }) => purpose === own.purpose)?.release(transaction, own.id);
  }

  /** What is sent again: the same when nobody knows whether it was sent, with higher fees when it waits for too long. */
  async #again(transaction: Transaction, own: OwnTransaction, count: number): Promise<ToSend | undefined> {
    if (own.nonce < count) return undefined;
    if (own.status === 'planned' && own.raw) return { id: own.id, raw: own.raw };
    const waited = own.sentAt === null ? Number.POSITIVE_INFINITY : Date.now() - own.sentAt.getTime();
    if (waited < this.#options.patienceMs) return undefined;
    return await this.#attempt(transaction, own);
  }

  async #next(transaction: Transaction, job: Job, count: number): Promise<ToSend | undefined> {
    const planned = await job.next(transaction, this.#parts);
    if (!planned) return undefined;
    const nonce = await nextNonce(transaction, this.#account, count);
    const id = await plan(transaction, this.#account, nonce, planned.call);
    await planned.link(transaction, id);
    const own: OwnTransaction = {
      ...planned.call,
      id,
      nonce,
      status: 'planned',
      hashes: [],
      raw: null,
      fees: null,
      sentAt: null,
    };
    return await this.#attempt(transaction, own);
  }

  async #attempt(transaction: Transaction, own: OwnTransaction): Promise<ToSend | undefined> {
    const { chain, signer, metrics, log } = this.#parts;
    const { definition, client } = chain;
    const asked = await client.estimateFeesPerGas();
    const fees = feesFor(asked, own.fees, definition.maxFeePerGas);
    if (!fees) {
      log.warn({ ...this.#account, nonce: own.nonce }, 'the chain is too dear: waiting');
      return own.raw ? { id: own.id, raw: own.raw } : undefined;
    }
    const { recipient: to, data, value, gas, nonce } = own;
    const raw = await signer.signTransaction({
      type: 'eip1559',
      chainId: definition.chainId,
      nonce,
      to,
      data,
      value,
      gas,
      ...fees,
    });
    await keepAttempt(transaction, own.id, { hash: keccak256(raw), raw, fees });
    metrics.sent(this.#account.chain, own.purpose, own.hashes.length + 1);
    return { id: own.id, raw };
  }

  /** After the commit. Whatever the node says, the next round sees on the chain what became of it. */
  async #send({ id, raw }: ToSend): Promise<void> {
    const { chain, database, log } = this.#parts;
    try {
      await chain.client.sendRawTransaction({ serializedTransaction: raw });
    } catch (error) {
      if (!(error instanceof BaseError)) throw error;
      // Not viem's message, which has the endpoint's address.
      const { name: reason, details } = error;
      log.info({ ...this.#account, id, reason, details }, 'a node did not take a transaction');
      if (!hasArrived.test(details)) return;
    }
    await database.transaction((transaction) => markSent(transaction, id));
  }
}
