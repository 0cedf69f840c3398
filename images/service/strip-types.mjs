/**
 * Puts spaces in the place of types in every TypeScript file below the folders given, as Node does when it runs one: lines and
 * columns stay where they are. `node strip-types.mjs folder…`
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

for (const file of process.argv.slice(2).flatMap((folder) => globSync(`${folder}/**/*.ts`)))
  writeFileSync(file, stripTypeScriptTypes(readFileSync(file, 'utf8')));
