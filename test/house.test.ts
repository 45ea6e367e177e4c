// The house keeps its shape: one direction of imports, one reader of the environment, one owner per table, lists that are whole.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../src/config.ts';
import { commands } from '../src/main.ts';
import { claims } from '../src/oidc/claims.ts';
import { policy } from '../src/rights/policy.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** The floors from the ground up; a room may import from lower floors only. Rooms on one floor do not know each other. */
const floors: readonly (readonly string[])[] = [
  ['errors'],
  ['config'],
  ['storage'],
  ['command'],
  ['facts'],
  ['audit'],
  ['jobs'],
  ['mail'],
  ['directory'],
  ['feed', 'accounts', 'rights', 'resources'],
  ['acts'],
  ['families', 'letters', 'privacy', 'circles', 'export'],
  ['retention', 'oidc', 'cas', 'saml', 'upstream'],
  ['http'],
  ['portal', 'console', 'api', 'check'],
  ['app'],
  ['demo'],
  ['main'],
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const sources = filesUnder('src').filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));
const imports = sources.flatMap(importsOf);

describe('the floors', () => {
  it('every file of src stands on a floor', () => {
    const strangers = sources.filter((file) => floorOf(roomOf(file)) === undefined);
    expect(strangers).toEqual([]);
  });

  it('the README tells them as they are', () => {
    const rooms = new Set(sources.map(roomOf));
    const told = floors
      .map((floor) => floor.filter((room) => rooms.has(room)))
      .map((floor) => (floor.length > 1 ? `(${floor.join(' | ')})` : floor.join()))
      .join(' → ');
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n')).toContain(`\`${told}\``);
  });

  it('no room imports upward or sideways', () => {
    const wrong = imports
      .filter(({ to }) => to.startsWith('src/'))
      .filter(({ from, to }) => roomOf(from) !== roomOf(to))
      .filter(({ from, to }) => (floorOf(roomOf(to)) ?? 99) >= (floorOf(roomOf(from)) ?? 0))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  it('no file imports itself through others', () => {
    expect(findCircle(imports.filter(({ typeOnly }) => !typeOnly))).toBeUndefined();
  });

  it('a feed cannot reach accounts, and only rooms that may know them name Koa and oidc-provider', () => {
    const packages = sources.flatMap((file) => packagesOf(file).map((name) => ({ room: roomOf(file), name })));
    const roomsNaming = (name: string) =>
      [...new Set(packages.filter((one) => one.name === name).map((one) => one.room))].sort();
    expect(imports.filter(({ from, to }) => roomOf(from) === 'feed' && roomOf(to) === 'accounts')).toEqual([]);
    expect(roomsNaming('oidc-provider')).toEqual(['oidc']);
    const below = new Set(floors.slice(0, 12).flat());
    expect(roomsNaming('koa').filter((room) => below.has(room))).toEqual([]);
    expect(roomsNaming('sqlite3')).toEqual(['storage']);
  });

  it('views take plain data: from src they import types only', () => {
    const views = filesUnder('views').filter((file) => /\.tsx?$/.test(file));
    const wrong = views
      .flatMap(importsOf)
      .filter(({ to, typeOnly }) => to.startsWith('src/') && !typeOnly)
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).toEqual([]);
  });
});

describe('one owner', () => {
  it('only config reads the environment', () => {
    const readers = sources.filter(
      (file) => file !== 'src/config.ts' && /process\.env|import\.meta\.env/.test(read(file)),
    );
    expect(readers).toEqual([]);
  });

  it('every table is named in one file', () => {
    const tables = filesUnder('migrations').flatMap((file) =>
      [...read(file).matchAll(/createTable\('(\w+)'/g)].map((found) => found[1]!),
    );
    expect(tables.length).toBeGreaterThan(10);
    const named = sources.map((file) => ({ file, names: tablesIn(read(file)) }));
    const shared = tables
      .map((table) => ({ table, owners: named.filter(({ names }) => names.has(table)).map(({ file }) => file) }))
      .filter(({ owners }) => owners.length !== 1)
      .map(({ table, owners }) => `${table}: ${owners.join(', ') || 'nobody'}`);
    expect(shared).toEqual([]);
  });
});

describe('lists are whole', () => {
  it('every rule file is imported by its list', () => {
    for (const type of foldersOf('src/rights/rules')) {
      const list = read(`src/rights/rules/${type}.ts`);
      const files = filesUnder(`src/rights/rules/${type}`).map((file) =>
        file.slice(`src/rights/rules/${type}/`.length),
      );
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(list).toContain(`./${type}/${file}`);
    }
  });

  it('every migration file is in the list', () => {
    const list = read('migrations/list.ts');
    for (const file of filesUnder('migrations').filter((name) => /\d{4}_/.test(name)))
      expect(list).toContain(`./${relative('migrations', file)}`);
  });
});

describe('what is documented', () => {
  const readme = read('README.md');

  it.each(Object.keys(settings))('the README names the setting %s', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  it.each(Object.keys(commands))('the README names the command %s', (name) => {
    // as a word of its own: `preau reset-pupils` says nothing of `preau reset`
    expect(readme).toMatch(new RegExp(`\\bpreau ${name}(?![\\w-])`));
  });

  it.each(Object.entries(claims))('the README names the claim %s and its scope', (name, { scope }) => {
    expect(readme).toContain(`| \`${name}\` | \`${scope}\` |`);
  });

  it.each(
    Object.values(policy).flatMap((actions) =>
      Object.values(actions).flatMap((rules) => [...rules.allow, ...rules.forbid]),
    ),
  )('the README names the rule $name', ({ name }) => {
    expect(readme).toContain(`\`${name}\``);
  });

  it('the README names no command that does not exist', () => {
    const named = new Set([...readme.matchAll(/\bpreau ([a-z][a-z-]*)/g)].map((found) => found[1]!));
    expect([...named].filter((name) => !(name in commands))).toEqual([]);
  });

  it('the README names no setting that does not exist', () => {
    const named = new Set([...readme.matchAll(/\bPREAU_[A-Z_]+\b/g)].map((found) => found[0]));
    expect([...named].filter((name) => !(name in settings))).toEqual([]);
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

function foldersOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function importsOf(file: string): Import[] {
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'|import\('(\.[^']+)'\)/gm;
  return [...read(file).matchAll(pattern)].map((found) => {
    const clause = found[0];
    const named =
      clause
        .match(/\{([^}]*)\}/)?.[1]
        ?.split(',')
        .map((part) => part.trim())
        .filter(Boolean) ?? [];
    const typeOnly =
      Boolean(found[1]) ||
      (named.length > 0 && !/^import\s+\w/.test(clause) && named.every((part) => part.startsWith('type ')));
    return { from: file, to: relative(ROOT, resolve(ROOT, dirname(file), found[2] ?? found[3]!)), typeOnly };
  });
}

function packagesOf(file: string): string[] {
  return [...read(file).matchAll(/from '((?!\.|node:)[^']+)'/g)].map((found) => {
    const [scope = '', name] = found[1]!.split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  });
}

/** `src/oidc/keys.ts` is of the room `oidc`; `src/app.ts` is the room `app`. */
function roomOf(file: string): string {
  return file.split('/')[1]!.replace(/\.tsx?$/, '');
}

function floorOf(room: string): number | undefined {
  const floor = floors.findIndex((rooms) => rooms.includes(room));
  return floor < 0 ? undefined : floor;
}

/** The tables that a text names, in a builder or in SQL; with other words that stand in such places. */
function tablesIn(text: string): Set<string> {
  const builder =
    /\b(?:db|tx|trx)(?:<[^>(]*>)?\(\s*['"`](\w+)['"` ]|\.(?:from|into|join|leftJoin|hasTable)\(\s*['"](\w+)['" ]/g;
  const sql = /\b(?:from|join|into|update)\s+"?(?=(\w+)"?(?:[\s(;`'"]|$))/gi;
  const constant = /[A-Z_]*TABLE[A-Z_]*\s*=\s*['"](\w+)['"]/g;
  const found = [
    ...text.matchAll(builder),
    ...text.matchAll(constant),
    ...sqlStrings(text).flatMap((one) => [...one.matchAll(sql)]),
  ];
  return new Set(found.map(([, first, second]) => (first ?? second ?? '').toLowerCase()));
}

/** The string literals of a text that look like SQL: comments and prose do not count. */
function sqlStrings(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/`[^`]*`|'[^'\n]*'|"[^"\n]*"/g)]
    .map((found) => found[0])
    .filter((string) => /\b(select|insert|update|delete|with)\b/i.test(string));
}

function findCircle(edges: readonly Import[]): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, trail: string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const circle = walk(to, [...trail, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const circle = walk(file, []);
    if (circle) return circle;
  }
  return undefined;
}
