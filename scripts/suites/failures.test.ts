import { expect, it } from 'vitest';
import { failures } from './failures.ts';

const file = { name: '/repo/services/menu.test.ts', message: '' };
const passed = { status: 'passed', fullName: 'menu has prices', failureMessages: [] };

it('names each failed test with the first line of its reason', () => {
  const failed = {
    status: 'failed',
    fullName: 'menu has a name for each product',
    failureMessages: ['\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n    at menu.test.ts:3'],
  };
  const testResults = [
    { ...file, status: 'failed' as const, assertionResults: [passed, failed] },
    { ...file, status: 'passed' as const, assertionResults: [passed] },
  ];
  expect(failures({ testResults }, '/repo')).toEqual([
    '✗ services/menu.test.ts: menu has a name for each product: AssertionError: expected 1 to be 2',
  ]);
});

it('names a file that failed before its tests', () => {
  const testResults = [
    { ...file, status: 'failed' as const, message: 'Cannot find module x\n  at y', assertionResults: [] },
  ];
  expect(failures({ testResults }, '/repo')).toEqual(['✗ services/menu.test.ts: Cannot find module x']);
});

it('says when there is no reason', () => {
  const failed = { status: 'failed', fullName: 'menu', failureMessages: null };
  const testResults = [{ ...file, status: 'failed' as const, assertionResults: [failed] }];
  expect(failures({ testResults }, '/repo')).toEqual(['✗ services/menu.test.ts: menu: no reason given']);
});
