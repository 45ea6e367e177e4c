// The command line as it is shipped, compiled once for the tests that start it as a process of its own.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

let main: string | undefined;

/** What `node` is given to run `preau` with these words. Compiles when first asked. */
export function preau(...words: readonly string[]): string[] {
  main ??= join(compiled(), 'src', 'main.js');
  return [main, ...words];
}

function compiled(): string {
  const folder = mkdtempSync(join(inject('template').folder, 'build-'));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // types are checked by `npm run lint`
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', folder, '--noCheck']);
  cpSync(join(ROOT, 'views', 'assets'), join(folder, 'views', 'assets'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}
