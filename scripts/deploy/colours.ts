import { type Colour, colours } from '#platform/database/active-colour.ts';
import type { Manifest } from '../kubernetes/manifests.ts';

export const colourLabel = 'go-coffee.dev/colour';
const nameLabel = 'app.kubernetes.io/name';

export const otherColour = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');

/** Manifests make blue; green is beside it, under another name. */
export const nameOf = (service: string, colour: Colour): string =>
  colour === colours[0] ? service : `${service}-${colour}`;

/** Where smoke tests find a colour that nobody is sent to yet. */
export const candidateOf = (service: string): string => `${service}-candidate`;

// biome-ignore lint/suspicious/noExplicitAny: manifests of every kind are changed in place, each where it says
type Editable = any;

/** What an environment consists of, seen by a deployment. */
export interface Platform {
  /** The services that there are two colours of. */
  readonly services: readonly string[];
  /** What has a colour: Deployments, their autoscalers and disruption budgets, as blue. */
  readonly coloured: readonly Manifest[];
  /** Everything else. */
  readonly shared: readonly Manifest[];
}

const podLabels = ({ spec }: Manifest): Record<string, string> =>
  (spec as { template?: { metadata?: { labels?: Record<string, string> } } }).template?.metadata?.labels ??
  {};

/** Which service an object is a colour of; undefined when it is of none. */
function serviceOf({ kind, metadata, spec }: Editable, services: readonly string[]): string | undefined {
  const target = {
    Deployment: metadata.name,
    HorizontalPodAutoscaler: spec?.scaleTargetRef?.name,
    PodDisruptionBudget: spec?.selector?.matchLabels?.[nameLabel],
  }[kind as string];
  return services.find((service) => service === target);
}

/** Tells what has a colour from what has none. */
export function platformOf(manifests: readonly Manifest[]): Platform {
  const services = manifests
    .filter((manifest) => manifest.kind === 'Deployment' && podLabels(manifest)[colourLabel] !== undefined)
    .map(({ metadata }) => metadata.name);
  const hasColour = (manifest: Manifest): boolean => serviceOf(manifest, services) !== undefined;
  return {
    services,
    coloured: manifests.filter(hasColour),
    shared: manifests.filter((manifest) => !hasColour(manifest)),
  };
}

/**
 * One colour of the services, to be applied. Without numbers of pods: what an apply has said once, the next one without it takes
 * back, and `kubectl apply -k` says none.
 */
export function inColour({ services, coloured }: Platform, colour: Colour): Manifest[] {
  return coloured.map((manifest) => {
    const copy: Editable = structuredClone(manifest);
    const service = serviceOf(manifest, services) ?? '';
    copy.metadata.name = nameOf(service, colour);
    if (copy.kind === 'Deployment') {
      copy.spec.selector.matchLabels[colourLabel] = colour;
      copy.spec.template.metadata.labels[colourLabel] = colour;
    }
    if (copy.kind === 'HorizontalPodAutoscaler') copy.spec.scaleTargetRef.name = nameOf(service, colour);
    if (copy.kind === 'PodDisruptionBudget') copy.spec.selector.matchLabels[colourLabel] = colour;
    return copy;
  });
}

/** Services by which the smoke test reaches a colour. */
export function candidateServices({ services, shared }: Platform, colour: Colour): Manifest[] {
  return shared
    .filter(({ kind, metadata }) => kind === 'Service' && services.includes(metadata.name))
    .map((manifest) => {
      const copy: Editable = structuredClone(manifest);
      copy.metadata.name = candidateOf(manifest.metadata.name);
      copy.spec.selector[colourLabel] = colour;
      return copy;
    });
}

/** What is sent on to a colour from now on. */
export const selectorPatch = (colour: Colour): object => ({ spec: { selector: { [colourLabel]: colour } } });
