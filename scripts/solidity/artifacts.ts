import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CompiledContract, compileContracts, contractsFolder } from './compile.ts';

/** The files that the contracts compile to, by their path below `compiled/`. */
export function artifacts(contracts: readonly CompiledContract[] = compileContracts()): Map<string, string> {
  return new Map(contracts.map((contract) => [fileOf(contract), textOf(contract)]));
}

const fileOf = ({ source }: CompiledContract): string =>
  source
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/\.sol$/, '.ts');

/** A module and not JSON: `as const` gives the types of every function, event and error to viem. */
function textOf({ source, name, abi, bytecode }: CompiledContract): string {
  const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const lines = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('');
  return `// Compiled from ${source} by \`./coffee contracts --solidity\`; not to be edited.
export const ${constant}Abi = [
${lines}] as const;
${bytecode === '0x' ? '' : `\nexport const ${constant}Bytecode =\n  '${bytecode}';\n`}`;
}

/** Writes what the contracts compile to. @returns how many files. */
export function writeArtifacts(): number {
  const files = artifacts();
  for (const [name, text] of files) {
    const path = join(contractsFolder, 'compiled', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return files.size;
}
