/** The version before this one, as it can be built from Git: what a rolling upgrade starts from and rolls back to. */
export const previousVersion = {
  version: '0.1.0',
  commit: 'cbc67e99560c9d43b74148b62d891b0b71d6e68a',
} as const;
