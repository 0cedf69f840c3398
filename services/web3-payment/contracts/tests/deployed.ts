import { randomUUID } from 'node:crypto';
import {
  type Abi,
  type Address,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  ContractFunctionRevertedError,
  getAddress,
  getContract,
  type Hex,
  type TransactionReceipt,
  zeroAddress,
} from 'viem';
import { type Invoice, invoiceDomain, invoiceTypes, orderKey } from '../../chain/invoice.ts';
import { account, type LocalChain, type LocalWallet, walletOf } from '../../tests/local-chain.ts';
import { coffeePaymentsAbi, coffeePaymentsBytecode } from '../compiled/coffee-payments.ts';
import { demoDollarAbi, demoDollarBytecode } from '../compiled/demo-dollar.ts';

/** Who is who on the chain. */
export const people = { owner: 0, merchant: 1, operator: 2, treasury: 3, payer: 4, stranger: 5 } as const;
export type Person = keyof typeof people;
export const addressOf = (person: Person): Address => account(people[person]).address;

export interface SignedInvoice {
  readonly invoice: Invoice;
  readonly signature: Hex;
}

/** The contracts on a chain that makes a block for each transaction, with everybody's wallets. */
export class Deployed {
  readonly chain: LocalChain;
  readonly payments: Address;
  readonly token: Address;

  private constructor(chain: LocalChain, payments: Address, token: Address) {
    this.chain = chain;
    this.payments = payments;
    this.token = token;
  }

  static async on(chain: LocalChain): Promise<Deployed> {
    const token = await deploy(chain, demoDollarAbi, demoDollarBytecode, [addressOf('owner')]);
    const roles = [addressOf('owner'), addressOf('merchant'), addressOf('operator'), addressOf('treasury')];
    const payments = await deploy(chain, coffeePaymentsAbi, coffeePaymentsBytecode, roles);
    const deployed = new Deployed(chain, payments, token);
    await deployed.call('owner', token, demoDollarAbi, 'mint', [addressOf('payer'), 10n ** 15n]);
    await deployed.call('payer', token, demoDollarAbi, 'approve', [payments, 10n ** 15n]);
    return deployed;
  }

  wallet(person: Person): LocalWallet {
    return walletOf(this.chain, people[person]);
  }

  get contract() {
    return getContract({ address: this.payments, abi: coffeePaymentsAbi, client: this.wallet('stranger') });
  }

  /**
   * Calls and waits for the block. A call that reverts is thrown, with the contract's error.
   *
   * @throws ContractFunctionExecutionError
   */
  async call<const A extends Abi, N extends ContractFunctionName<A, 'nonpayable' | 'payable'>>(
    person: Person,
    address: Address,
    abi: A,
    functionName: N,
    args: ContractFunctionArgs<A, 'nonpayable' | 'payable', N>,
    value = 0n,
  ): Promise<TransactionReceipt> {
    const wallet = this.wallet(person);
    const parameters = {
      address,
      abi,
      functionName,
      args,
      value,
      account: wallet.account,
      chain: wallet.chain,
    };
    const { request } = await wallet.simulateContract(parameters as never);
    const hash = await wallet.writeContract(request as never);
    return await wallet.waitForTransactionReceipt({ hash });
  }

  /** Calls the payment contract. */
  pays<N extends ContractFunctionName<typeof coffeePaymentsAbi, 'nonpayable' | 'payable'>>(
    person: Person,
    functionName: N,
    args: ContractFunctionArgs<typeof coffeePaymentsAbi, 'nonpayable' | 'payable', N>,
    value = 0n,
  ): Promise<TransactionReceipt> {
    return this.call(person, this.payments, coffeePaymentsAbi, functionName, args, value);
  }

  /** An invoice for a new order, an hour long, for anybody, of one dollar, unless told. */
  async invoice(change: Partial<Invoice> = {}, signer: Person = 'merchant'): Promise<SignedInvoice> {
    const { timestamp } = await this.chain.client.getBlock();
    const invoice: Invoice = {
      orderId: orderKey(randomUUID()),
      token: this.token,
      amount: 1_000_000n,
      payer: zeroAddress,
      expiry: timestamp + 3600n,
      ...change,
    };
    const signature = await account(people[signer]).signTypedData({
      domain: invoiceDomain(this.chain.chain.id, this.payments),
      types: invoiceTypes,
      primaryType: 'Invoice',
      message: invoice,
    });
    return { invoice, signature };
  }

  balance(holder: Address, token: Address = this.token): Promise<bigint> {
    const { client } = this.chain;
    if (token === zeroAddress) return client.getBalance({ address: holder });
    return client.readContract({
      address: token,
      abi: demoDollarAbi,
      functionName: 'balanceOf',
      args: [holder],
    });
  }
}

/** Deploys as the owner. */
export async function deploy(
  chain: LocalChain,
  abi: Abi,
  bytecode: Hex,
  args: readonly unknown[],
): Promise<Address> {
  const owner = walletOf(chain, people.owner);
  const hash = await owner.deployContract({ abi, bytecode, args });
  const { contractAddress } = await owner.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error('the transaction made no contract');
  return getAddress(contractAddress);
}

/** What was paid, as the contract wants it for a refund. */
export const paymentOf = ({ invoice: { orderId, token, amount } }: SignedInvoice, payer: Address) => ({
  orderId,
  payer,
  token,
  amount,
});

/** The name of the contract's error that a call is refused by. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const reverted =
      error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (reverted instanceof ContractFunctionRevertedError)
      return reverted.data?.errorName ?? reverted.signature ?? '';
    throw error;
  }
  return 'nothing was refused';
}
