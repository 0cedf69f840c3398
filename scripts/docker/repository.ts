import { fileURLToPath } from 'node:url';

/** The repository's root, where compose.yaml and .env are. */
export const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));
