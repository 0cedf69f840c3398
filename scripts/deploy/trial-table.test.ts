import { expect, test } from 'vitest';
import { withTable } from './trial-table.ts';

const row = {
  what: 'a good version',
  outcome: 'deployed',
  seconds: 90,
  accepted: 120,
  wrongAnswers: 0,
  sentAgain: 0,
  reconcile: '0 lost, 0 duplicated, 0 stuck',
};

test('the table is put between its marks, in the place of the one before', () => {
  const document = 'Before.\n\n<!-- trials -->\nold\n<!-- end of trials -->\n\nAfter.\n';
  const once = withTable(document, [row]);
  expect(once).toContain(
    '| a good version | deployed | 90 s | 120 | 0 | 0 | 0 lost, 0 duplicated, 0 stuck |',
  );
  expect(once).not.toContain('old');
  expect(withTable(once, [row])).toBe(once);
  expect(() => withTable('no marks', [row])).toThrow('There is no');
});
