import { afterAll, beforeAll, describe } from 'vitest';
import { faults } from './checks/faults.ts';
import { begin, end } from './stage.ts';

describe('overlays/local', () => {
  beforeAll(() => begin('local'), 600_000);
  afterAll(end, 240_000);
  faults();
});
