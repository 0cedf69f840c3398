import type { DashboardDescription } from './dashboard.ts';
import { figure, graph } from './panels.ts';

const event = (status: string): string =>
  `sum(increase(coffee_orders_events_total{type="dev.gocoffee.order.${status}.v1"}[$__range]))`;

export const business: DashboardDescription = {
  uid: 'business',
  title: 'Business Metrics',
  description: 'Orders, money, payments: what the shop does.',
  rows: [
    {
      title: 'Orders',
      panels: [
        figure({ title: 'Accepted' }, { orders: 'sum(increase(orders_accepted_total[$__range]))' }),
        figure({ title: 'In the order book' }, { orders: event('accepted') }),
        figure({ title: 'Paid' }, { orders: event('paid') }),
        figure({ title: 'Completed' }, { orders: event('completed') }),
        figure(
          { title: 'Revenue', unit: 'currencyUSD' },
          { revenue: 'sum(increase(coffee_revenue_total[$__range])) / 100' },
        ),
        figure(
          { title: 'Refunds', unit: 'currencyUSD', quiet: true },
          { refunds: 'sum(increase(coffee_refunds_total[$__range])) / 100' },
        ),
        graph(
          { title: 'Orders a second', unit: 'ops', width: 12 },
          { accepted: 'sum(rate(orders_accepted_total[$__rate_interval]))' },
        ),
        graph(
          { title: 'Funnel', unit: 'ops', description: 'How many orders reach each stage.', width: 12 },
          {
            '{{type}}':
              'sum by (type) (rate(coffee_orders_events_total{type=~"dev.gocoffee.order.(accepted|paid|preparing|ready|completed|cancelled|expired).v1"}[$__rate_interval]))',
          },
        ),
        graph(
          { title: 'Not accepted', unit: 'ops', quiet: true, width: 12 },
          { '{{reason}}': 'sum by (reason) (rate(orders_rejected_total[$__rate_interval]))' },
        ),
        graph(
          { title: 'Windows closed', width: 12 },
          { '{{kind}}': 'sum by (kind) (increase(coffee_streams_windows_total[5m]))' },
        ),
      ],
    },
    {
      title: 'Payments on the chain',
      panels: [
        graph(
          { title: 'Payments', quiet: true },
          { '{{outcome}}': 'sum by (outcome) (increase(coffee_payments_total[$__range]))' },
        ),
        graph(
          { title: 'From invoice to last confirmation', unit: 's', quiet: true },
          {
            P95: 'histogram_quantile(0.95, sum by (le) (rate(coffee_payments_settlement_duration_seconds_bucket[5m])))',
          },
        ),
        graph(
          { title: 'Wallets', quiet: true },
          { '{{wallet}}': 'min by (chain, wallet) (coffee_wallet_balance)' },
        ),
      ],
    },
  ],
};

export const aiAndCost: DashboardDescription = {
  uid: 'ai',
  title: 'AI & cost',
  description: 'Tasks of agents, what models take and cost.',
  rows: [
    {
      title: 'Tasks',
      panels: [
        graph(
          { title: 'Tasks' },
          { '{{outcome}}': 'sum by (outcome) (increase(coffee_ai_tasks_total[$__range]))' },
        ),
        graph(
          { title: 'Duration (P95)', unit: 's' },
          { P95: 'histogram_quantile(0.95, sum by (le) (rate(coffee_ai_task_duration_seconds_bucket[5m])))' },
        ),
        graph({ title: 'Waiting' }, { runs: 'sum(coffee_ai_queue_depth)' }),
      ],
    },
    {
      title: 'Models',
      panels: [
        graph(
          { title: 'Calls (P95)', unit: 's' },
          {
            '{{gen_ai_request_model}}':
              'histogram_quantile(0.95, sum by (gen_ai_request_model, le) (rate(gen_ai_client_operation_duration_seconds_bucket[5m])))',
          },
        ),
        graph(
          { title: 'Tokens', unit: 'ops' },
          {
            '{{gen_ai_token_type}}':
              'sum by (gen_ai_token_type) (rate(gen_ai_client_token_usage_sum[$__rate_interval]))',
          },
        ),
        graph(
          { title: 'Cost', unit: 'currencyUSD' },
          {
            '{{gen_ai_request_model}}':
              'sum by (gen_ai_request_model) (increase(coffee_ai_cost_USD_total[$__range]))',
          },
        ),
      ],
    },
  ],
};
