import type { Address, Hex } from 'viem';
import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { ChainClient } from '../chain/chain-client.ts';
import { type Sighting, sightingsBetween } from '../chain/sightings.ts';
import { announce } from '../database/announce.ts';
import {
  type BlockMark,
  type Cursor,
  forgetMarksAbove,
  knownMarks,
  putCursor,
  putMarks,
  readCursor,
} from '../database/cursors.ts';
import { completeRefunds, deepPayments, expireOffers, settle } from '../database/settling.ts';
import { forgetAbove, markPaid, markRefunds, putSightings } from '../database/sightings.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import type { Web3Metrics } from '../metrics.ts';
import { blockAt, ChainMovedError, newestCanonical } from './canonical.ts';
import { askWitnesses } from './witnesses.ts';

export interface FollowerOptions {
  /** The most blocks of one round: catching up goes in steps. */
  readonly mostBlocks?: number;
  /** How many of the newest blocks are remembered one by one, to find where two versions of the chain part. */
  readonly rememberedBlocks?: number;
  /** The most payments that settle in one round. */
  readonly mostSettled?: number;
}

export interface FollowerParts {
  readonly chain: ChainClient;
  readonly database: Database;
  readonly metrics: Pick<Web3Metrics, 'followed' | 'reorganised' | 'settled' | 'refunded' | 'disagreed'>;
  readonly log: Logger;
}

/**
 * Follows a chain block by block. What it sees, how far it got and what becomes of payments commit together, so that a replica
 * that is killed leaves nothing half done; one replica at a time follows a chain. When blocks were replaced it goes back to
 * the last one that is still there, and payments with it.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #options: Required<FollowerOptions>;

  constructor(parts: FollowerParts, options: FollowerOptions = {}) {
    this.#parts = parts;
    this.#options = { mostBlocks: 1_000, rememberedBlocks: 256, mostSettled: 500, ...options };
  }

  /** Follows the next blocks. @returns whether there are more. */
  async follow(): Promise<boolean> {
    const { database } = this.#parts;
    const more = await exclusively(database, `web3.follow.${this.#name}`, (transaction) =>
      this.#round(transaction),
    );
    return more ?? false;
  }

  get #name(): string {
    return this.#parts.chain.definition.name;
  }

  async #round(transaction: Transaction): Promise<boolean> {
    const { client, definition } = this.#parts.chain;
    const head = Number(await client.getBlockNumber());
    const start: BlockMark = { number: definition.firstBlock - 1, hash: '' };
    const from = await this.#canonicalFrom(transaction, start, head);
    if (!from) return false;
    const to = Math.min(head, from.number + this.#options.mostBlocks);
    if (to > from.number) await this.#take(transaction, from, to, head);
    await this.#settle(transaction, Math.min(to, head));
    return to < head;
  }

  /** Where to go on: the cursor, or the last block that is still part of the chain. */
  async #canonicalFrom(
    transaction: Transaction,
    start: BlockMark,
    head: number,
  ): Promise<BlockMark | undefined> {
    const { client } = this.#parts.chain;
    const cursor = await readCursor(transaction, this.#name);
    if (!cursor) return start;
    const marks = await knownMarks(transaction, this.#name, Math.min(head, cursor.number));
    const found = await newestCanonical(client, marks);
    if (found?.number === cursor.number) return found;
    // An endpoint that is behind, or a node that has lost its newest blocks and makes them again: nothing contradicts us yet.
    if (head < cursor.number && (marks.length === 0 || found?.number === head)) return undefined;
    await this.#goBack(transaction, found ?? start, cursor);
    return found ?? start;
  }

  async #goBack(transaction: Transaction, to: BlockMark, cursor: Cursor): Promise<void> {
    const { log, metrics } = this.#parts;
    const depth = cursor.number - to.number;
    const changed = await forgetAbove(transaction, this.#name, to.number);
    await forgetMarksAbove(transaction, this.#name, to.number);
    await announce(transaction, changed);
    metrics.reorganised(this.#name, depth);
    log.warn({ chain: this.#name, depth, payments: changed.length }, 'blocks were replaced');
  }

  /** Takes in a range of blocks. @throws ChainMovedError when it is not of one piece: another round will see. */
  async #take(transaction: Transaction, from: BlockMark, to: number, head: number): Promise<void> {
    const { chain, metrics } = this.#parts;
    const { client, definition } = chain;
    const blocks = await this.#blocks(from, to, head);
    const sightings = await sightingsBetween(client, definition.contract, from.number + 1, to);
    const hashes = new Map(blocks.map(({ number, hash }) => [number, hash]));
    for (const { blockNumber, blockHash } of sightings) {
      if ((hashes.get(blockNumber) ?? blockHash) !== blockHash)
        throw new ChainMovedError(`block ${blockNumber} was replaced while it was read`);
    }
    const last = blocks.at(-1);
    if (!last) throw new ChainMovedError(`block ${to} is not there any more`);
    await putSightings(transaction, this.#name, sightings);
    await this.#apply(transaction, sightings);
    await putMarks(transaction, this.#name, blocks, this.#options.rememberedBlocks);
    const cursor = { number: last.number, hash: last.hash, blockTime: last.time, head };
    await putCursor(transaction, this.#name, cursor);
    await announce(transaction, await expireOffers(transaction, this.#name, last.time));
    metrics.followed(this.#name, { lag: head - to });
  }

  /** The blocks that are remembered one by one: all near the head, the last of the range otherwise. */
  async #blocks(from: BlockMark, to: number, head: number) {
    const { client } = this.#parts.chain;
    const first = Math.max(from.number + 1, Math.min(to, head - this.#options.rememberedBlocks + 1));
    const numbers = Array.from({ length: to - first + 1 }, (_, index) => first + index);
    const blocks = await Promise.all(numbers.map((number) => blockAt(client, number)));
    let previous = first === from.number + 1 ? from.hash : '';
    return blocks.map((block, index) => {
      const number = numbers[index] as number;
      if (!block || (previous !== '' && block.parentHash !== previous))
        throw new ChainMovedError(`block ${number} does not follow the one before it`);
      previous = block.hash;
      return { number, hash: block.hash, time: new Date(Number(block.timestamp) * 1_000) };
    });
  }

  async #apply(transaction: Transaction, sightings: readonly Sighting[]): Promise<void> {
    const { log } = this.#parts;
    const ordersOf = (...kinds: Sighting['kind'][]): string[] =>
      sightings.filter(({ kind }) => kinds.includes(kind)).map(({ orderId }) => orderId);
    const paid = await markPaid(transaction, this.#name, ordersOf('paid'));
    await announce(transaction, paid);
    const refused = await markRefunds(transaction, this.#name, ordersOf('refunded', 'refund-failed'));
    await announce(transaction, refused);
    for (const { paymentId, orderId } of refused)
      log.error({ paymentId, orderId }, 'the payer does not take the refund');
  }

  /** Settles what is deep enough and what the witnesses agree about. */
  async #settle(transaction: Transaction, followedTo: number): Promise<void> {
    const { chain, metrics, log } = this.#parts;
    const deepest = followedTo - chain.definition.confirmations + 1;
    const deep = await deepPayments(transaction, this.#name, deepest, this.#options.mostSettled);
    const agreed: string[] = [];
    for (const [hash, payments] of Map.groupBy(deep, ({ transactionHash }) => transactionHash)) {
      if (hash === null) continue;
      const verdict = await askWitnesses(chain, hash, payments.map(sightingOf));
      if (verdict.agreed) agreed.push(...payments.map(({ paymentId }) => paymentId));
      else {
        metrics.disagreed(this.#name);
        const { against } = verdict;
        log.error(
          { chain: this.#name, transactionHash: hash, against },
          'endpoints do not agree: not settled',
        );
      }
    }
    const { first } = await settle(transaction, agreed);
    await announce(transaction, first);
    metrics.settled(this.#name, first);
    const refunded = await completeRefunds(transaction, this.#name, deepest);
    await announce(transaction, refunded);
    metrics.refunded(this.#name, refunded.length);
  }
}

/** What was seen of a payment, as the chain has to tell it again. */
function sightingOf(payment: PaymentRecord): Sighting {
  return {
    kind: 'paid',
    orderId: payment.orderId,
    payer: payment.paidBy as Address,
    token: payment.paidToken as Address,
    amount: payment.paidAmount as bigint,
    transactionHash: payment.transactionHash as Hex,
    logIndex: payment.logIndex as number,
    blockNumber: payment.blockNumber as number,
    blockHash: payment.blockHash as Hex,
  };
}
