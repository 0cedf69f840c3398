import { type ChannelCredentials, experimental } from '@grpc/grpc-js';
import { ConfigError, type Environment } from '../config/load-config.ts';
import type { TlsIdentity } from '../tls/identity.ts';

// https://opentelemetry.io/docs/specs/otel/protocol/exporter/
const endpointVariables = ['', '_TRACES', '_METRICS', '_LOGS'].map(
  (signal) => `OTEL_EXPORTER_OTLP${signal}_ENDPOINT`,
);

/**
 * The variables of the collector's address, as the exporters are to have them: `https://` is plaintext while TLS is off,
 * so that one switch is enough, and plaintext is not to be had while it is on.
 *
 * @throws ConfigError naming each address without TLS.
 */
export function collectorEndpoints(environment: Environment, secure: boolean): Record<string, string> {
  const scheme = secure ? 'https://' : 'http://';
  const endpoints: Record<string, string> = { OTEL_EXPORTER_OTLP_ENDPOINT: `${scheme}localhost:4317` };
  for (const name of endpointVariables) {
    const value = environment[name];
    if (value) endpoints[name] = secure ? value : value.replace(/^https:\/\//, scheme);
  }
  const plain = Object.entries(endpoints).filter(([, value]) => secure && !value.startsWith(scheme));
  if (plain.length > 0)
    throw new ConfigError(plain.map(([name]) => `${name}: must start with ${scheme}: COFFEE_TLS is on`));
  return endpoints;
}

/**
 * For connections to a collector whose certificate must carry its name and be of our authority: the one that we have when
 * the connection is made, not the one of our start.
 */
export function collectorCredentials(tls: TlsIdentity): ChannelCredentials {
  const authority: experimental.CaCertificateUpdate = {
    // grpc-js asks for each connection; the exporters' own option would read OTEL_EXPORTER_OTLP_CERTIFICATE once.
    get caCertificate() {
      return Buffer.from(tls.material.ca);
    },
  };
  return experimental.createCertificateProviderChannelCredentials(
    {
      addCaCertificateListener: (listener) => listener(authority),
      removeCaCertificateListener: () => undefined,
      addIdentityCertificateListener: () => undefined,
      removeIdentityCertificateListener: () => undefined,
    },
    null,
  );
}
