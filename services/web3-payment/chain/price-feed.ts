import type { Address, PublicClient } from 'viem';
import { AppError } from '#platform/errors/app-error.ts';
import { aggregatorV3InterfaceAbi } from '../contracts/compiled/aggregator-v3-interface.ts';
import type { Price } from '../domain/money.ts';

export interface PriceRules {
  /** An answer that is older is refused, in milliseconds. */
  readonly maxAgeMs: number;
  /** So is one that is outside of these bounds, in whole units of the currency. */
  readonly least: bigint;
  readonly most: bigint;
}

/**
 * Asks a price feed. https://docs.chain.link/data-feeds/api-reference
 *
 * @throws AppError `price-not-usable` for an answer that is stale, of an unfinished round, or absurd.
 */
export async function priceOf(
  client: PublicClient,
  feed: Address,
  rules: PriceRules,
  now: Date,
): Promise<Price> {
  const contract = { address: feed, abi: aggregatorV3InterfaceAbi } as const;
  const [decimals, round] = await Promise.all([
    client.readContract({ ...contract, functionName: 'decimals' }),
    client.readContract({ ...contract, functionName: 'latestRoundData' }),
  ]);
  const [roundId, answer, , updatedAtSeconds, answeredInRound] = round;
  const updatedAt = new Date(Number(updatedAtSeconds) * 1_000);
  const refuse = (reason: string): never => {
    throw new AppError('price-not-usable', `The price feed's answer is not used: it is ${reason}.`);
  };
  if (updatedAtSeconds === 0n || answeredInRound < roundId) refuse('of a round that has not ended');
  if (now.getTime() - updatedAt.getTime() > rules.maxAgeMs) refuse('too old');
  if (updatedAt.getTime() - now.getTime() > rules.maxAgeMs) refuse('from the future');
  const unit = 10n ** BigInt(decimals);
  if (answer < rules.least * unit || answer > rules.most * unit || answer <= 0n) refuse('absurd');
  return { answer, decimals, updatedAt };
}
