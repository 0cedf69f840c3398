import { accepting } from './guards/accepting.ts';
import { acting } from './guards/acting.ts';
import { agents } from './guards/agents.ts';
import { analytics } from './guards/analytics.ts';
import { boundaries } from './guards/boundaries.ts';
import { caching } from './guards/caching.ts';
import { capture } from './guards/capture.ts';
import { console } from './guards/console.ts';
import { containers } from './guards/containers.ts';
import { contracts } from './guards/contracts.ts';
import { deploying } from './guards/deploying.ts';
import { developing } from './guards/developing.ts';
import { durability } from './guards/durability.ts';
import { edge } from './guards/edge.ts';
import { failures } from './guards/failures.ts';
import { gates } from './guards/gates.ts';
import { http } from './guards/http.ts';
import { identity } from './guards/identity.ts';
import { images } from './guards/images.ts';
import { lifecycle } from './guards/lifecycle.ts';
import { limits } from './guards/limits.ts';
import { loading } from './guards/loading.ts';
import { operating } from './guards/operating.ts';
import { orderBook } from './guards/order-book.ts';
import { payments } from './guards/payments.ts';
import { receiving } from './guards/receiving.ts';
import { reconciling } from './guards/reconciling.ts';
import { regions } from './guards/regions.ts';
import { relay } from './guards/relay.ts';
import { roles } from './guards/roles.ts';
import { secrets } from './guards/secrets.ts';
import { sending } from './guards/sending.ts';
import { signingIn } from './guards/signing-in.ts';
import { stopping } from './guards/stopping.ts';
import { streams } from './guards/streams.ts';
import { telemetry } from './guards/telemetry.ts';
import { tls } from './guards/tls.ts';
import { tracing } from './guards/tracing.ts';
import { transport } from './guards/transport.ts';
import { upkeep } from './guards/upkeep.ts';
import { weakening } from './guards/weakening.ts';
import type { Family } from './mutation.ts';

/** All guards, along the way of an order. */
export const families: readonly Family[] = [
  edge,
  http,
  identity,
  signingIn,
  limits,
  accepting,
  acting,
  sending,
  receiving,
  contracts,
  failures,
  lifecycle,
  orderBook,
  upkeep,
  relay,
  payments,
  streams,
  analytics,
  agents,
  caching,
  tls,
  telemetry,
  tracing,
  stopping,
  roles,
  deploying,
  regions,
  secrets,
  transport,
  capture,
  console,
  containers,
  images,
  durability,
  boundaries,
  reconciling,
  loading,
  operating,
  gates,
  weakening,
  developing,
];
