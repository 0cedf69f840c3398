import type { Family } from '../mutation.ts';

/** Two regions have nothing in common but copies (ADR 0048). */
export const regions: Family = {
  name: 'regions',
  mutations: [
    {
      name: 'a region is part of the id',
      guard: 'two regions never make one order of what both have accepted',
      file: 'services/producer/domain/order-identity.ts',
      find: '[...(region ? [region] : []), customerId, idempotencyKey]',
      replace: '[...(region ? [] : []), customerId, idempotencyKey]',
      test: {
        project: 'unit',
        file: 'services/producer/domain/order-identity.test.ts',
        name: 'ids > differ by region, where there is one',
      },
    },
    {
      name: 'copies are copies',
      guard: 'whoever copies orders can place none',
      file: 'services/migrate/mirror-acls.ts',
      find: "        copyOf(region, name),\n        false,\n        'create',",
      replace: "        name,\n        false,\n        'create',",
      test: {
        project: 'unit',
        file: 'services/migrate/mirror-acls.test.ts',
        name: 'MirrorMaker reads what is copied, and writes to no topic of a service',
      },
    },
  ],
};
