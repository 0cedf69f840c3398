import { afterAll, beforeAll, describe } from 'vitest';
import { basics } from './checks/basics.ts';
import { begin, end } from './stage.ts';

describe('overlays/local', () => {
  beforeAll(() => begin('local'), 600_000);
  afterAll(end, 240_000);
  basics({ backup: false });
});
