import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repositoryRoot } from '../docker/repository.ts';
import { catalogue } from '../images/catalogue.ts';
import { configuredWithout, stores, telemetryServices } from './profiles.ts';

const read = async (path: string): Promise<unknown> =>
  parse(await readFile(join(repositoryRoot, path), 'utf8'), { merge: true });

const { services } = (await read('compose.yaml')) as {
  services: Record<string, { profiles?: readonly string[] }>;
};
const backends = ['jaeger', 'tempo', 'loki', 'alertmanager'];

// Guard: what is not there gets nothing, or the collector's queue would fill its disk; what is there gets all of it.
// The folders are found by the whole text of COMPOSE_PROFILES: a model beside them changes nothing.
describe.each(['minimal', 'closed', 'full'].flatMap((profile) => [profile, `${profile},llm`]))(
  'the profile %s',
  (profile) => {
    const there = backends.filter((name) => services[name]?.profiles?.includes(profile.replace(',llm', '')));

    it('has a collector that sends to what it has', async () => {
      const { service } = (await read(`observability/collector/profile-${profile}/backends.yaml`)) as {
        service: { pipelines: Record<string, { exporters: readonly string[] }> };
      };
      const exporters = Object.values(service.pipelines).flatMap((pipeline) => pipeline.exporters);
      const sentTo = exporters.flatMap((name) => /^otlp_http\/(.+)$/.exec(name)?.[1] ?? []);
      expect(sentTo.toSorted()).toEqual(there.filter((name) => name !== 'alertmanager').toSorted());
    });

    it('has a Prometheus that asks what it has', async () => {
      const groups = (await read(`observability/prometheus/profile-${profile}/telemetry.yml`)) as {
        targets: readonly string[];
      }[];
      const asked = groups.flatMap(({ targets }) => targets.map((target) => target.split(':')[0]));
      // Jaeger says nothing of itself.
      expect(asked.toSorted()).toEqual(there.filter((name) => name !== 'jaeger').toSorted());
    });
  },
);

// Guard: a certificate that nobody looks at ends without a word.
it('has a collector that looks at the certificate of every part of telemetry', async () => {
  const { receivers } = (await read('observability/collector/tls-on/tls.yaml')) as {
    receivers: Record<string, { targets: { endpoints: readonly string[] }[] }>;
  };
  const looked = ['httpcheck', 'httpcheck/certificates'].flatMap((name) =>
    (receivers[name]?.targets ?? []).flatMap(({ endpoints }) =>
      endpoints.map((url) => new URL(url).hostname),
    ),
  );
  expect(looked).toEqual(expect.arrayContaining([...telemetryServices]));
  expect(new Set(looked).size).toBe(looked.length);
});

// Guard: a part that the profile leaves out is not told as one that is down (rule PartDown).
it('says of what only some profiles have nothing but until when its certificate is valid', async () => {
  const { receivers } = (await read('observability/collector/tls-on/tls.yaml')) as {
    receivers: Record<string, { metrics: Record<string, { enabled: boolean }> }>;
  };
  const told = Object.entries(receivers['httpcheck/certificates']?.metrics ?? {});
  expect(told.filter(([, { enabled }]) => enabled).map(([name]) => name)).toEqual([
    'httpcheck.tls.cert_remaining',
  ]);
  expect(told.find(([name]) => name === 'httpcheck.status')?.[1].enabled).toBe(false);
});

it('is `closed` without Tempo or Loki; without Grafana nothing changes, since nobody sends to it', () => {
  expect(configuredWithout(['grafana', 'tempo'])).toEqual({ COMPOSE_PROFILES: 'closed' });
  expect(configuredWithout(['loki'])).toEqual({ COMPOSE_PROFILES: 'closed' });
  expect(configuredWithout(['grafana'])).toEqual({});
  expect(configuredWithout([])).toEqual({});
});

it('keeps the model that was chosen', () => {
  expect(configuredWithout(['tempo'], 'full,llm')).toEqual({ COMPOSE_PROFILES: 'closed,llm' });
  expect(configuredWithout(['tempo'], 'full')).toEqual({ COMPOSE_PROFILES: 'closed' });
  expect(configuredWithout([], 'full,llm')).toEqual({});
});

// Guard: a part that nothing starts is away without a word.
it('has each part of telemetry started by something: its image that gets ready, or the stores that are there', () => {
  const madeHere = catalogue.filter(({ group }) => group === 'telemetry').map(({ name }) => name);
  const ofOurImage = ['alert-inbox'];
  expect(stores).toEqual(['tempo', 'loki', 'grafana']);
  expect(
    [...stores, ...ofOurImage, ...telemetryServices.filter((name) => madeHere.includes(name))].toSorted(),
  ).toEqual(telemetryServices.toSorted());
});
