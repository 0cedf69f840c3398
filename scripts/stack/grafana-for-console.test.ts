import { expect, it } from 'vitest';
import { grafanaForConsole } from './grafana-for-console.ts';

const settings = { grafanaUrl: new URL('https://127.0.0.1:3000') };

it('is told where there is a Grafana, and only there', () => {
  expect(grafanaForConsole(['console', 'grafana'], settings, {})).toEqual({
    GRAFANA_PUBLIC_URL: 'https://127.0.0.1:3000',
  });
  expect(grafanaForConsole(['console', 'prometheus'], settings, {})).toEqual({});
});

it('leaves it as it was said', () => {
  const environment = { GRAFANA_PUBLIC_URL: 'https://grafana.example' };
  expect(grafanaForConsole(['grafana'], settings, environment)).toEqual({});
});
