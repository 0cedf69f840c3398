/** Kinds that are no part of Kubernetes: their schemas come with their operators' CRDs. */
export const withoutSchema = ['Certificate', 'ExternalSecret'] as const;

/** Checks of kube-score that do not fit, each with the reason. */
export const ignoredScores: Readonly<Record<string, string>> = {
  'container-image-pull-policy':
    'Tags are fixed versions; Always would make every start depend on a registry.',
};
