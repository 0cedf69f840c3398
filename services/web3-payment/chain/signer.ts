import { type Address, type Hex, isHex, type TransactionSerializableEIP1559 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type Invoice, invoiceDomain, invoiceTypes } from './invoice.ts';

/**
 * Who signs for one account: a key of ours, or something outside that never gives its key away (a KMS, an HSM, a
 * web3signer). Nothing else in the service sees a key.
 */
export interface Signer {
  readonly address: Address;
  /** @returns the transaction as it is sent */
  signTransaction(transaction: TransactionSerializableEIP1559): Promise<Hex>;
  signInvoice(chainId: number, contract: Address, invoice: Invoice): Promise<Hex>;
}

/** @throws Error, without the key, when it is none. */
export function keySigner(key: Hex): Signer {
  const account = privateKeyToAccount(key);
  return {
    address: account.address,
    signTransaction: (transaction) => account.signTransaction(transaction),
    signInvoice: (chainId, contract, invoice) =>
      account.signTypedData({
        domain: invoiceDomain(chainId, contract),
        types: invoiceTypes,
        primaryType: 'Invoice',
        message: invoice,
      }),
  };
}

/** A private key as wallets write it (0x and 64 digits), or as bootstrap does: 32 random bytes in base64url. */
export function parseKey(text: string): Hex | undefined {
  if (isHex(text, { strict: true }) && text.length === 66) return text;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === 32 && bytes.toString('base64url') === text
    ? `0x${bytes.toString('hex')}`
    : undefined;
}
