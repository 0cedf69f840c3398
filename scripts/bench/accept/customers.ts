import { readFile } from 'node:fs/promises';
import { StackTokens } from '../../stack/tokens.ts';

const count = 200;

export interface BenchCustomer {
  readonly id: string;
  readonly authorization: string;
}

/** Customers with tokens that a platform with this secret takes. */
export async function benchCustomers(tokenSecretFile: string): Promise<BenchCustomer[]> {
  const tokens = new StackTokens((await readFile(tokenSecretFile, 'utf8')).trim());
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = `bench-${index}`;
      return { id, ...(await tokens.headerOf(id, 'customer')) };
    }),
  );
}
