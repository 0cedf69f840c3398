import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface ViewProps {
  /** What stands in the address behind the view: `#/traces/ID` has `ID`. */
  readonly rest: string;
}

export interface View {
  readonly path: string;
  readonly title: string;
  readonly component: LazyExoticComponent<ComponentType<ViewProps>>;
}

const first: View = { path: 'map', title: 'Map', component: lazy(() => import('./views/map.tsx')) };

/** All views, each loaded when it is looked at. */
export const views: readonly View[] = [
  first,
  { path: 'orders', title: 'Orders', component: lazy(() => import('./views/orders.tsx')) },
  { path: 'traces', title: 'Traces', component: lazy(() => import('./views/traces.tsx')) },
  { path: 'logs', title: 'Logs', component: lazy(() => import('./views/logs.tsx')) },
  { path: 'metrics', title: 'Metrics', component: lazy(() => import('./views/metrics.tsx')) },
  { path: 'kafka', title: 'Kafka', component: lazy(() => import('./views/kafka.tsx')) },
  { path: 'dead-letters', title: 'Dead letters', component: lazy(() => import('./views/dead-letters.tsx')) },
  { path: 'outbox', title: 'Outbox', component: lazy(() => import('./views/outbox.tsx')) },
  { path: 'workflows', title: 'Workflows', component: lazy(() => import('./views/workflows.tsx')) },
  { path: 'alerts', title: 'Alerts', component: lazy(() => import('./views/alerts.tsx')) },
  { path: 'objectives', title: 'Objectives', component: lazy(() => import('./views/objectives.tsx')) },
  { path: 'resources', title: 'Resources', component: lazy(() => import('./views/resources.tsx')) },
  { path: 'faults', title: 'Faults and load', component: lazy(() => import('./views/faults.tsx')) },
];

/** @param hash of the address; the map for what is none of the views. */
export function findView(hash: string): { readonly view: View; readonly rest: string } {
  const [, path, ...parts] = hash.split('/');
  const rest = parts.join('/');
  return { view: views.find((view) => view.path === path) ?? first, rest: decodeURIComponent(rest) };
}
