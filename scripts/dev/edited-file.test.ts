import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { EditedFile, withButton, withNothing, withTitle } from './edited-file.ts';

it('changes what anybody sees of a service, and puts it back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'go-coffee-edit-'));
  const path = join(folder, 'app.ts');
  const original = "createApp({ info: { title: 'Go Coffee: orders', version: '1' } });\n";
  try {
    writeFileSync(path, original);
    {
      await using file = await EditedFile.open(path);
      await file.save(1);
      await file.save(2);
      expect(readFileSync(path, 'utf8')).toContain("title: 'Go Coffee: orders (edit 2)', version");
    }
    expect(readFileSync(path, 'utf8')).toBe(original);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each(['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator', 'console'])(
  'can be done to %s',
  (service) => {
    const source = readFileSync(join(repositoryRoot, 'services', service, 'app.ts'), 'utf8');
    expect(withTitle(source, 7)).toContain(' (edit 7)');
    expect(() => withTitle('nothing', 1)).toThrow('no title');
  },
);

it("can be done to the console's page", () => {
  const source = readFileSync(join(repositoryRoot, 'services/console/web/app.tsx'), 'utf8');
  expect(withButton(withButton(source, 7), 8)).toContain('Skip to content (edit 8)\n');
  expect(() => withButton('nothing', 1)).toThrow('no such button');
});

it('can be done to what all services load', () => {
  const source = readFileSync(join(repositoryRoot, 'platform/errors/app-error.ts'), 'utf8');
  expect(withNothing(withNothing(source, 7), 8)).toContain("title: 'There is nothing here (edit 8)' }");
  expect(() => withNothing('something', 1)).toThrow('no such words');
});
