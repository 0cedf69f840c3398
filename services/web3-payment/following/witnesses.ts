import type { Hex } from 'viem';
import type { ChainClient } from '../chain/chain-client.ts';
import { type Sighting, sameSighting, sightingsOf } from '../chain/sightings.ts';

/**
 * Whether the chain's endpoints agree about what was seen in a transaction. One endpoint alone is believed, as there is
 * nobody else to ask; of several, two have to tell the same and none may tell otherwise. One that does not answer is no witness.
 *
 * @returns the names of the endpoints that tell otherwise, `undecided` when too few answer.
 */
export async function askWitnesses(
  { witnesses, definition: { contract } }: ChainClient,
  hash: Hex,
  seen: readonly Sighting[],
): Promise<{ readonly agreed: boolean; readonly against: readonly string[] }> {
  const told = await Promise.all(
    witnesses.map(async ({ name, client }) => {
      try {
        const sightings = await sightingsOf(client, contract, hash);
        const same = (one: Sighting): boolean =>
          sightings?.some((other) => sameSighting(one, other)) ?? false;
        return { name, same: seen.every(same) };
      } catch {
        return undefined;
      }
    }),
  );
  const heard = told.filter((answer) => answer !== undefined);
  const against = heard.filter(({ same }) => !same).map(({ name }) => name);
  const needed = Math.min(2, witnesses.length);
  return { agreed: against.length === 0 && heard.length >= needed, against };
}
