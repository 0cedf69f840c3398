/** Kinds that are no part of Kubernetes: their schemas come with their operators' CRDs. */
export const withoutSchema = ['Certificate', 'ExternalSecret'] as const;

/** Checks of kube-score that do not fit, each with the reason. What it only warns of does not count. */
export const ignoredScores: Readonly<Record<string, string>> = {
  'container-image-pull-policy':
    'Tags are fixed versions; Always would make every start depend on a registry.',
  'container-ephemeral-storage-request-and-limit':
    'The LimitRange of each namespace gives every container both.',
  'container-security-context-user-group-id':
    'Users 999 and 1000 are those of the official images, and own their data.',
};
