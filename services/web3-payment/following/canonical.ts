import type { PublicClient } from 'viem';
import type { BlockMark } from '../database/cursors.ts';

/** A block's hash and time; undefined when the chain is not that long. */
export async function blockAt(client: PublicClient, number: number) {
  try {
    return await client.getBlock({ blockNumber: BigInt(number) });
  } catch (error) {
    if (error instanceof Error && error.name === 'BlockNotFoundError') return undefined;
    throw error;
  }
}

/**
 * The newest of these blocks that is part of the chain as it is now.
 *
 * @param marks the newest first.
 * @returns undefined when none is.
 */
export async function newestCanonical(
  client: PublicClient,
  marks: readonly BlockMark[],
): Promise<BlockMark | undefined> {
  for (const mark of marks) {
    const block = await blockAt(client, mark.number);
    if (block?.hash === mark.hash) return mark;
  }
  return undefined;
}

/** Two answers of the chain do not belong together: it changed in between, or endpoints are not equally far. */
export class ChainMovedError extends Error {
  override readonly name = 'ChainMovedError';
}
