import { test } from '@playwright/test';
import { readSettings } from '../../scripts/stack/settings.ts';
import { tellSkipped, whyAbsent } from '../absence.ts';

/** A part whose page is tried, by what an image without that page says in its place (images/jaeger, images/prometheus). */
const parts = {
  Jaeger: { at: 'jaegerUrl', path: '/search', without: 'not the Jaeger UI' },
  Prometheus: { at: 'prometheusUrl', path: '/query', without: 'does not include the modern React web UI' },
} as const;

export type PagePart = keyof typeof parts;

const variable = (part: PagePart): string => `${part.toUpperCase()}_PAGE_ABSENT`;

/**
 * Looks once for all specs which pages there are. Specs of those that are not there are skipped, and that is said; in GitHub
 * Actions, where images can be pulled, it is a failure.
 */
export default async function lookForPages(): Promise<void> {
  const settings = await readSettings();
  for (const [part, { at, path, without }] of Object.entries(parts)) {
    const { [at]: url } = settings;
    const absent = await whyAbsent(new URL(path, url).href, without);
    if (absent === undefined) {
      console.error(`${part} has a page at ${url.href}`);
      continue;
    }
    const text = `There is no page of ${part} at ${url.href}: ${absent}.`;
    tellSkipped(part, text);
    process.env[variable(part as PagePart)] = text;
  }
}

/** Leaves out the specs of a file while there is no such page. */
export function skipWithout(part: PagePart): void {
  test.beforeEach(() => {
    const { [variable(part)]: reason } = process.env;
    test.skip(reason !== undefined, reason);
  });
}
