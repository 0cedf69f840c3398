import { type Address, erc20Abi, type PublicClient } from 'viem';
import { isNative, type TokenDefinition } from './chains.ts';

/** How much of a token an account has, in its smallest unit. */
export function balanceOf(client: PublicClient, token: TokenDefinition, address: Address): Promise<bigint> {
  if (isNative(token)) return client.getBalance({ address });
  const args = [address] as const;
  return client.readContract({ address: token.address, abi: erc20Abi, functionName: 'balanceOf', args });
}
