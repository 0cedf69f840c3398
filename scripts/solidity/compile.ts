import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import solc from 'solc';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where the contracts are, and below it what they compile to. */
export const contractsFolder = join(root, 'services/web3-payment/contracts');

export interface CompiledContract {
  readonly name: string;
  /** Relative to the contracts' folder, as `testing/FeeToken.sol`. */
  readonly source: string;
  readonly abi: readonly unknown[];
  /** What is deployed, arguments of the constructor not included; empty for an interface. */
  readonly bytecode: `0x${string}`;
}

interface Output {
  readonly errors?: readonly { readonly errorCode: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<
    Record<string, Readonly<Record<string, { abi: unknown[]; evm: { bytecode: { object: string } } }>>>
  >;
}

// That transient storage can be misused, which the compiler says whenever it is used: OpenZeppelin's reentrancy guard
// clears it at the end of each call.
const transientStorage = '2394';

/**
 * Compiles all contracts. Reproducible: the same sources, compiler and OpenZeppelin make the same bytes, wherever.
 * https://docs.soliditylang.org/en/latest/using-the-compiler.html#compiler-input-and-output-json-description
 *
 * @throws Error with what the compiler says, warnings included: there must be none.
 */
export function compileContracts(): CompiledContract[] {
  const names = readdirSync(contractsFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sol'))
    .sort();
  const sources = names.map((name) => [name, { content: readFileSync(join(contractsFolder, name), 'utf8') }]);
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(sources),
    settings: {
      optimizer: { enabled: true, runs: 10_000 },
      // What the large networks have all had since 2024: transient storage is the newest thing that is used.
      evmVersion: 'cancun',
      metadata: { bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const output: Output = JSON.parse(solc.compile(JSON.stringify(input), { import: library }));
  const complaints = (output.errors ?? []).filter(({ errorCode }) => errorCode !== transientStorage);
  if (complaints.length > 0)
    throw new Error(complaints.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return names.flatMap((source) =>
    Object.entries(output.contracts?.[source] ?? {}).map(([name, { abi, evm }]) => ({
      name,
      source,
      abi,
      bytecode: `0x${evm.bytecode.object}` as const,
    })),
  );
}

function library(path: string): { contents: string } | { error: string } {
  if (!path.startsWith('@openzeppelin/contracts/')) return { error: `${path} is not a library of ours` };
  return { contents: readFileSync(join(root, 'node_modules', path), 'utf8') };
}
