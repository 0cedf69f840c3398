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
function contractsFor(addresses: Record<keyof ChainOwners, Address>): Contract[] {
  const { owner, merchant, operator } = addresses;
  return [
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
}

/**
 * Prepares a local chain: contracts, their keys, and money for the wallets. Everything may be repeated, also by several at the
 * same time: each transaction has the number that it must have, and the chain takes each number once.
 *
 * @throws Error when the chain is not one that this can prepare.
 */
export async function prepareChain(chain: ChainClient, keys: ChainOwners, log: Logger): Promise<void> {
  const addresses = {
    owner: privateKeyToAccount(keys.owner).address,
    merchant: privateKeyToAccount(keys.merchant).address,
    operator: privateKeyToAccount(keys.operator).address,
    demo: privateKeyToAccount(keys.demo).address,
  };
  const setup = new Setup(chain, log);
  const faucet = await setup.faucet();
  const [dollar, payments] = await setup.deploy(faucet, contractsFor(addresses));
  if (!dollar || !payments || !isAddressEqual(payments, chain.definition.contract))
    throw new Error(
      `the payment contract is at ${payments}, the configuration says ${chain.definition.contract}`,
    );
  for (const wallet of [addresses.owner, addresses.operator, addresses.demo])
    await setup.fund(faucet, wallet);
  const owner = privateKeyToAccount(keys.owner);
  await setup.adopt(owner, payments, addresses);
  await setup.giveDemoMoney(owner, privateKeyToAccount(keys.demo), dollar, payments);
  log.info({ chain: chain.definition.name, payments, token: dollar }, 'the chain is ready');
}

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

  async deploy(from: Address, contracts: readonly Contract[]): Promise<Address[]> {
    const addresses = contracts.map((_, nonce) => getContractAddress({ from, nonce: BigInt(nonce) }));
    for (const [nonce, { name, abi, bytecode, args }] of contracts.entries()) {
      const address = addresses[nonce] as Address;
      if (await this.#hasCode(address)) continue;
      const data = encodeDeployData({ abi, bytecode, args });
      await this.#sendFromNode({ from, data, nonce });
      if (!(await this.#hasCode(address)))
        throw new Error(`${name} was not made: was ${from} used for something else?`);
      this.#log.info({ name, address }, 'contract made');
    }
    return addresses;
  }

  /** Gives an account the coins that it needs for gas. */
  async fund(from: Address, to: Address): Promise<void> {
    const { client } = this.#chain;
    if ((await client.getBalance({ address: to })) >= gasMoney / 2n) return;
    await this.#sendFromNode({ from, to, value: gasMoney });
  }

  /** Lets the contract know the keys of today: a chain outlives secrets. */
  async adopt(
    owner: ChainAccount,
    payments: Address,
    addresses: Record<keyof ChainOwners, Address>,
  ): Promise<void> {
    const contract = { address: payments, abi: coffeePaymentsAbi } as const;
    const read = (functionName: 'owner' | 'merchant' | 'operator') =>
      this.#chain.client.readContract({ ...contract, functionName });
    if (!isAddressEqual(await read('owner'), addresses.owner))
      throw new Error(
        'the contract has another owner: chain and secrets do not belong together; remove the chain and start again',
      );
    for (const [role, functionName] of [
      ['merchant', 'setMerchant'],
      ['operator', 'setOperator'],
    ] as const) {
      if (isAddressEqual(await read(role), addresses[role])) continue;
      const data = encodeFunctionData({ abi: coffeePaymentsAbi, functionName, args: [addresses[role]] });
      await this.#send(owner, payments, data);
    }
  }

  /** The demo wallet can pay, and lets the contract take it. */
  async giveDemoMoney(
    owner: ChainAccount,
    demo: ChainAccount,
    dollar: Address,
    payments: Address,
  ): Promise<void> {
    const { client } = this.#chain;
    const token = { address: dollar, abi: demoDollarAbi } as const;
    const balance = await client.readContract({ ...token, functionName: 'balanceOf', args: [demo.address] });
    if (balance < demoMoney / 2n) {
      const data = encodeFunctionData({
        abi: demoDollarAbi,
        functionName: 'mint',
        args: [demo.address, demoMoney],
      });
      await this.#send(owner, dollar, data);
    }
    const args = [demo.address, payments] as const;
    const allowed = await client.readContract({ ...token, functionName: 'allowance', args });
    if (allowed >= demoMoney) return;
    const data = encodeFunctionData({
      abi: demoDollarAbi,
      functionName: 'approve',
      args: [payments, 2n ** 256n - 1n],
    });
    await this.#send(demo, dollar, data);
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
  }): Promise<void> {
    const { value, nonce, ...rest } = transaction;
    const request = {
      ...rest,
      ...(value === undefined ? {} : { value: `0x${value.toString(16)}` }),
      ...(nonce === undefined ? {} : { nonce: `0x${nonce.toString(16)}` }),
    };
    const hash = await this.#request<Hex>('eth_sendTransaction', [request]);
    await this.#mined(hash);
  }

  async #send(account: ChainAccount, to: Address, data: Hex): Promise<void> {
    const { client } = this.#chain;
    const wallet = createWalletClient({ account, chain: client.chain, transport: custom(client) });
    await this.#mined(await wallet.sendTransaction({ to, data } as never));
  }

  async #mined(hash: Hex): Promise<void> {
    const receipt = await this.#chain.client.waitForTransactionReceipt({ hash, pollingInterval: 200 });
    if (receipt.status !== 'success') throw new Error(`the transaction ${hash} was refused`);
  }

  async #request<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    return (await this.#chain.client.request({ method, params } as never)) as T;
  }
}
