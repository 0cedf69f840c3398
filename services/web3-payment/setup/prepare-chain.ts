import {
  type Abi,
  type Address,
  type Account as ChainAccount,
  createWalletClient,
  custom,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  isAddressEqual,
  parseEther,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { ChainClient } from '../chain/chain-client.ts';
import { coffeePaymentsAbi, coffeePaymentsBytecode } from '../contracts/compiled/coffee-payments.ts';
import { demoDollarAbi, demoDollarBytecode } from '../contracts/compiled/demo-dollar.ts';
import { demoPriceFeedAbi, demoPriceFeedBytecode } from '../contracts/compiled/demo-price-feed.ts';

export interface ChainOwners {
  readonly owner: Hex;
  readonly merchant: Hex;
  readonly operator: Hex;
  readonly demo: Hex;
}

interface Contract {
  readonly name: string;
  readonly address: Address;
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly args: readonly unknown[];
}

/** Prices that the demo feeds say, in the feeds' eight decimals. */
const etherPrice = 3_000_00000000n;
const dollarPrice = 1_00000000n;

/** What the wallets get to work with: gas, and the demo customers' money. */
const gasMoney = parseEther('100');
const demoMoney = 10n ** 15n;

/**
 * The contracts of a local chain in the order in which they are made, by an account that has made nothing else: so that
 * their addresses are the same on every such chain, and can stand in the configuration.
 */
function contractsFor(from: Address, addresses: Record<keyof ChainOwners, Address>): Contract[] {
  const { owner, merchant, operator } = addresses;
  const contracts: Omit<Contract, 'address'>[] = [
    { name: 'DemoDollar', abi: demoDollarAbi, bytecode: demoDollarBytecode, args: [owner] },
    {
      name: 'CoffeePayments',
      abi: coffeePaymentsAbi,
      bytecode: coffeePaymentsBytecode,
      args: [owner, merchant, operator, owner],
    },
    {
      name: 'ETH / USD',
      abi: demoPriceFeedAbi,
      bytecode: demoPriceFeedBytecode,
      args: [owner, 'ETH / USD', etherPrice],
    },
    {
      name: 'USDC / USD',
      abi: demoPriceFeedAbi,
      bytecode: demoPriceFeedBytecode,
      args: [owner, 'USDC / USD', dollarPrice],
    },
  ];
  return contracts.map((contract, nonce) => ({
    ...contract,
    address: getContractAddress({ from, nonce: BigInt(nonce) }),
  }));
}

/**
 * Prepares a local chain: contracts, their keys, and money for the wallets. What does not depend on one another is sent together,
 * as each block takes seconds. Everything may be repeated, also by several at the same time: each contract's transaction has the
 * number that it must have, and the chain takes each number once.
 *
 * @throws Error when the chain is not one that this can prepare.
 */
export async function prepareChain(chain: ChainClient, keys: ChainOwners, log: Logger): Promise<void> {
  const owner = privateKeyToAccount(keys.owner);
  const demo = privateKeyToAccount(keys.demo);
  const addresses = {
    owner: owner.address,
    merchant: privateKeyToAccount(keys.merchant).address,
    operator: privateKeyToAccount(keys.operator).address,
    demo: demo.address,
  };
  const setup = new Setup(chain, log);
  const faucet = await setup.faucet();
  const contracts = contractsFor(faucet, addresses);
  const [dollar, payments] = contracts.map(({ address }) => address);
  if (!dollar || !payments || !isAddressEqual(payments, chain.definition.contract))
    throw new Error(
      `the payment contract would be at ${payments}, the configuration says ${chain.definition.contract}`,
    );
  await setup.mined([
    ...(await setup.deploy(faucet, contracts)),
    ...(await setup.fund(faucet, [addresses.owner, addresses.operator, addresses.demo])),
  ]);
  await setup.expectCode(contracts);
  await setup.mined([
    ...(await setup.adopt(owner, payments, addresses)),
    ...(await setup.giveDemoMoney(owner, demo, dollar, payments)),
  ]);
  log.info({ chain: chain.definition.name, payments, token: dollar }, 'the chain is ready');
}

/** What sends, says the transactions that it has sent: none where the chain has it already. */
class Setup {
  readonly #chain: ChainClient;
  readonly #log: Logger;

  constructor(chain: ChainClient, log: Logger) {
    this.#chain = chain;
    this.#log = log;
  }

  /** An account of the node itself, as only development chains have: it needs no key of ours. */
  async faucet(): Promise<Address> {
    const accounts = await this.#request<Address[]>('eth_accounts');
    const [first] = accounts;
    if (first) return first;
    throw new Error(
      'the node has no accounts: it is no development chain. Deploy the contracts with your own keys.',
    );
  }

  async deploy(from: Address, contracts: readonly Contract[]): Promise<Hex[]> {
    const sent: Hex[] = [];
    for (const [nonce, { name, address, abi, bytecode, args }] of contracts.entries()) {
      if (await this.#hasCode(address)) continue;
      sent.push(await this.#sendFromNode({ from, data: encodeDeployData({ abi, bytecode, args }), nonce }));
      this.#log.info({ contract: name, address }, 'making a contract');
    }
    return sent;
  }

  async expectCode(contracts: readonly Contract[]): Promise<void> {
    for (const { name, address } of contracts) {
      if (!(await this.#hasCode(address)))
        throw new Error(`${name} was not made: was the node's first account used for something else?`);
    }
  }

  /** Gives accounts the coins that they need for gas. */
  async fund(from: Address, accounts: readonly Address[]): Promise<Hex[]> {
    const { client } = this.#chain;
    const sent: Hex[] = [];
    for (const to of accounts) {
      if ((await client.getBalance({ address: to })) >= gasMoney / 2n) continue;
      sent.push(await this.#sendFromNode({ from, to, value: gasMoney }));
    }
    return sent;
  }

  /** Lets the contract know the keys of today: a chain outlives secrets. */
  async adopt(
    owner: ChainAccount,
    payments: Address,
    addresses: Record<keyof ChainOwners, Address>,
  ): Promise<Hex[]> {
    const contract = { address: payments, abi: coffeePaymentsAbi } as const;
    const read = (functionName: 'owner' | 'merchant' | 'operator') =>
      this.#chain.client.readContract({ ...contract, functionName });
    if (!isAddressEqual(await read('owner'), addresses.owner))
      throw new Error(
        'the contract has another owner: chain and secrets do not belong together; remove the chain and start again',
      );
    const sent: Hex[] = [];
    for (const [role, functionName] of [
      ['merchant', 'setMerchant'],
      ['operator', 'setOperator'],
    ] as const) {
      if (isAddressEqual(await read(role), addresses[role])) continue;
      const data = encodeFunctionData({ abi: coffeePaymentsAbi, functionName, args: [addresses[role]] });
      sent.push(await this.#send(owner, payments, data));
    }
    return sent;
  }

  /** The demo wallet can pay, and lets the contract take it. */
  async giveDemoMoney(
    owner: ChainAccount,
    demo: ChainAccount,
    dollar: Address,
    payments: Address,
  ): Promise<Hex[]> {
    const { client } = this.#chain;
    const sent: Hex[] = [];
    const token = { address: dollar, abi: demoDollarAbi } as const;
    const balance = await client.readContract({ ...token, functionName: 'balanceOf', args: [demo.address] });
    if (balance < demoMoney / 2n) {
      const data = encodeFunctionData({
        abi: demoDollarAbi,
        functionName: 'mint',
        args: [demo.address, demoMoney],
      });
      sent.push(await this.#send(owner, dollar, data));
    }
    const args = [demo.address, payments] as const;
    const allowed = await client.readContract({ ...token, functionName: 'allowance', args });
    if (allowed < demoMoney) {
      const data = encodeFunctionData({
        abi: demoDollarAbi,
        functionName: 'approve',
        args: [payments, 2n ** 256n - 1n],
      });
      sent.push(await this.#send(demo, dollar, data));
    }
    return sent;
  }

  /** @throws Error naming a transaction that the chain refused */
  async mined(hashes: readonly Hex[]): Promise<void> {
    const { client } = this.#chain;
    await Promise.all(
      hashes.map(async (hash) => {
        const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 200 });
        if (receipt.status !== 'success') throw new Error(`the transaction ${hash} was refused`);
      }),
    );
  }

  async #hasCode(address: Address): Promise<boolean> {
    return ((await this.#chain.client.getCode({ address })) ?? '0x') !== '0x';
  }

  async #sendFromNode(transaction: {
    from: Address;
    to?: Address;
    data?: Hex;
    value?: bigint;
    nonce?: number;
  }): Promise<Hex> {
    const { value, nonce, ...rest } = transaction;
    const request = {
      ...rest,
      ...(value === undefined ? {} : { value: `0x${value.toString(16)}` }),
      ...(nonce === undefined ? {} : { nonce: `0x${nonce.toString(16)}` }),
    };
    return await this.#request<Hex>('eth_sendTransaction', [request]);
  }

  async #send(account: ChainAccount, to: Address, data: Hex): Promise<Hex> {
    const { client } = this.#chain;
    const wallet = createWalletClient({ account, chain: client.chain, transport: custom(client) });
    return await wallet.sendTransaction({ to, data } as never);
  }

  async #request<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    return (await this.#chain.client.request({ method, params } as never)) as T;
  }
}
