import { type ChildProcess, spawn } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import {
  type Chain,
  createTestClient,
  createWalletClient,
  defineChain,
  http,
  publicActions,
  walletActions,
} from 'viem';
import { HDKey, hdKeyToAccount } from 'viem/accounts';

/** The mnemonic of every development chain: these keys are known to everybody. */
const mnemonic = 'test test test test test test test test test test test junk';

/** Its seed as BIP-39 has it, by Node itself: viem's way takes 0.2 s of pure JavaScript, and 0.6 s while coverage is taken. */
const root = HDKey.fromMasterSeed(pbkdf2Sync(mnemonic, 'mnemonic', 2048, 64, 'sha512'));

/** An account of the chain with money on it. */
export const account = (addressIndex: number) => hdKeyToAccount(root, { addressIndex });

/** The binary of this machine's package; the package's own launcher would outlive its being killed. */
function anvilBinary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return createRequire(import.meta.url).resolve(
    `@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`,
  );
}

export interface LocalChainOptions {
  readonly chainId?: number;
  /** Blocks are made when a test says so, and not for each transaction. */
  readonly mineOnDemand?: boolean;
  /** More arguments, as `--state`. */
  readonly args?: readonly string[];
  /** Any free one unless told. */
  readonly port?: number;
}

/** A chain in a process of its own, which a test may kill. */
export class LocalChain implements AsyncDisposable {
  readonly url: string;
  readonly chain: Chain;
  readonly client: ReturnType<typeof clientOf>;
  readonly #process: ChildProcess;

  private constructor(url: string, chainId: number, process: ChildProcess) {
    this.url = url;
    this.chain = defineChain({
      id: chainId,
      name: `local ${chainId}`,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    });
    this.client = clientOf(url, this.chain);
    this.#process = process;
  }

  static async start(options: LocalChainOptions = {}): Promise<LocalChain> {
    const { chainId = 31_337, mineOnDemand = false, args = [], port = 0 } = options;
    const child = spawn(
      anvilBinary(),
      [
        ...['--port', String(port), '--chain-id', String(chainId), '--threads', '1'],
        ...(mineOnDemand ? ['--no-mining'] : []),
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /^Listening on (\S+)$/.exec(line)?.[1];
      if (!address) continue;
      // Whatever it says from now on is read and thrown away: a full pipe would stop it.
      child.stdout.resume();
      return new LocalChain(`http://${address}`, chainId, child);
    }
    throw new Error(`anvil ended with code ${child.exitCode} before it listened`);
  }

  /** Makes blocks, of which the first takes what waits. */
  async mine(blocks = 1): Promise<void> {
    await this.client.mine({ blocks });
  }

  /** Throws the newest blocks away, with their transactions, and makes as many empty ones. */
  async reorganise(depth: number): Promise<void> {
    await this.client.request<{ Method: 'anvil_reorg'; Parameters: [number, unknown[]]; ReturnType: null }>({
      method: 'anvil_reorg',
      params: [depth, []],
    });
  }

  /** As a crash: nothing is written any more. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill(signal);
    await gone;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

const clientOf = (url: string, chain: Chain) =>
  createTestClient({ chain, mode: 'anvil', transport: http(url), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions);

/** What deploys and calls as one account. */
export const walletOf = (chain: LocalChain, addressIndex: number) =>
  createWalletClient({
    account: account(addressIndex),
    chain: chain.chain,
    transport: http(chain.url),
    pollingInterval: 50,
  }).extend(publicActions);

export type LocalWallet = ReturnType<typeof walletOf>;
