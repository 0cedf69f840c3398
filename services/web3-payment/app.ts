import {
  chainList,
  payment,
  paymentList,
  tokenPrice,
  walletBalance,
  walletTransactions,
} from '#contracts/http/payments.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { Web3PaymentConfig } from './config.ts';
import type { Web3PaymentContext } from './context.ts';
import { web3PaymentMessaging } from './messaging.ts';
import { cancelPaymentRoute } from './routes/cancel-payment.ts';
import { confirmPaymentRoute } from './routes/confirm-payment.ts';
import { createPaymentRoute } from './routes/create-payment.ts';
import { getPaymentRoute } from './routes/get-payment.ts';
import { listChainsRoute } from './routes/list-chains.ts';
import { listPaymentsRoute } from './routes/list-payments.ts';
import { payFromDemoWalletRoute } from './routes/pay-from-demo-wallet.ts';
import { refundPaymentRoute } from './routes/refund-payment.ts';
import { tokenPriceRoute } from './routes/token-price.ts';
import { walletBalanceRoute } from './routes/wallet-balance.ts';
import { walletTransactionsRoute } from './routes/wallet-transactions.ts';
import { orUnavailable } from './unavailable.ts';

type AppConfig = Pick<
  Web3PaymentConfig,
  'HEALTH_CHECK_ENABLED' | 'CORS_ALLOWED_ORIGINS' | 'CHAINS' | 'DEMO_WALLET_KEY'
>;

/** As much of the service as its HTTP side needs. */
export type AppContext = Pick<
  Web3PaymentContext,
  'log' | 'health' | 'database' | 'verifier' | 'limiter' | 'desk' | 'invoicing'
>;

/** The HTTP API of payments. */
export function createWeb3PaymentApp(config: AppConfig, context: AppContext): Application {
  const { log, health, database, verifier, limiter, desk, invoicing } = context;
  const demo = config.DEMO_WALLET_KEY ? [payFromDemoWalletRoute(desk)] : [];
  return createApp({
    log,
    info: {
      title: 'Go Coffee: payments on chains',
      version: '1',
      description: 'Invoices for orders, and what the chains say about them.',
      schemas: {
        Payment: payment,
        PaymentList: paymentList,
        ChainList: chainList,
        TokenPrice: tokenPrice,
        WalletBalance: walletBalance,
        WalletTransactions: walletTransactions,
      },
    },
    routes: [
      createPaymentRoute(desk),
      listPaymentsRoute(desk),
      getPaymentRoute(desk),
      confirmPaymentRoute(desk),
      cancelPaymentRoute(desk),
      refundPaymentRoute(desk),
      ...demo,
      walletBalanceRoute(invoicing),
      walletTransactionsRoute(database, invoicing),
      tokenPriceRoute(invoicing),
      listChainsRoute(database, config.CHAINS),
    ].map(orUnavailable),
    verifier,
    limiter,
    messaging: web3PaymentMessaging,
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 200,
  });
}
