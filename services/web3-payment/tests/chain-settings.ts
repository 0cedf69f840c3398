import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type ChainDefinition, chainList } from '../chains.ts';

interface Compose {
  readonly services: Readonly<Record<string, { readonly environment: { readonly CHAINS: string } }>>;
}

/** The local chain as compose.yaml configures it. */
export function localChain(): ChainDefinition {
  const text = readFileSync(new URL('../../../compose.yaml', import.meta.url), 'utf8');
  const { services } = parse(text, { merge: true }) as Compose;
  const setting = services['web3-payment']?.environment.CHAINS ?? '';
  const [local] = chainList.parse(/\$\{CHAINS:-(.*)\}/s.exec(setting)?.[1] ?? setting);
  if (!local) throw new Error('compose.yaml configures a chain');
  return { ...local, internal: false };
}
