import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  type AnnotationTarget,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import { deploymentTag } from '../deploy/annotation.ts';
import { datasources } from './panels.ts';

/** Grafana's own store of annotations, which is there without being provisioned. */
const ownStore = { type: 'grafana', uid: '-- Grafana --' } as const;

/** For a target that the SDK has a type of, and no builder. */
const built = (target: AnnotationTarget): Builder<Dataquery> => ({
  build: () => ({ ...target, _implementsDataqueryVariant: () => undefined }),
});

/**
 * What every dashboard marks on its graphs: deployments, which tell of themselves (scripts/deploy/notify.ts), and alerts while
 * they fire.
 */
export const annotations = (): Builder<AnnotationQuery>[] => [
  new AnnotationQueryBuilder()
    .name('Deployments')
    .datasource(ownStore)
    .enable(true)
    .iconColor('blue')
    .target(built({ type: 'tags', tags: [deploymentTag], matchAny: true, limit: 100 })),
  new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource(datasources.prometheus)
    .enable(true)
    .iconColor('red')
    .target(
      new prometheus.DataqueryBuilder()
        // One mark an alert, however many series it fires for.
        .expr('max by (alertname, severity) (ALERTS{alertstate="firing"})')
        .refId('Anno'),
    )
    .titleFormat('{{alertname}}')
    .tagKeys('severity'),
];
