import type { StackSettings } from './settings.ts';

/**
 * What Compose has to be told so that the console links to Grafana: nothing where it does not start, and where somebody has said
 * already where it is.
 *
 * @param services that start, or run.
 */
export function grafanaForConsole(
  services: readonly string[],
  { grafanaUrl }: Pick<StackSettings, 'grafanaUrl'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  if (environment.GRAFANA_PUBLIC_URL || !services.includes('grafana')) return {};
  return { GRAFANA_PUBLIC_URL: grafanaUrl.origin };
}
