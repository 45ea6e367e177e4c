// The versions of the rules: each kept once, in force from when a node first ran it; a past day is asked by its rules.
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { documentOf, presentDocument, presentVersion, readDocument, versionOf } from '../../src/rights/document.ts';
import { policy } from '../../src/rights/policy.ts';
import { activatePolicy, activations, rulesEnforcedOn, rulesOfVersion } from '../../src/rights/versions.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';

type Tree = { [name: string]: Tree } & Tree[] & string;

/** The document of the rules after a change to them, canonical again. */
function changed(change: (rules: Tree) => void): string {
  const copy = JSON.parse(presentDocument);
  change(copy.rules);
  return documentOf(copy.rules);
}

const withoutPupils = changed(({ logbook }) => {
  const { read } = logbook!;
  read!.allow = read!.allow!.filter((rule: Tree) => String(rule.name) !== 'pupil') as Tree;
});

describe('the document of the rules', () => {
  it('is the same for the same rules, however their members are ordered', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, reversed(member)]),
      );
    };
    expect(documentOf(reversed(policy) as typeof policy)).toBe(presentDocument);
    expect(presentVersion).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reads back as the rules it was written from', () => {
    expect(readDocument(presentDocument)).toEqual(JSON.parse(presentDocument).rules);
    expect(documentOf(readDocument(presentDocument))).toBe(presentDocument);
  });

  it('is another one after any change of a rule', () => {
    const documents = [
      withoutPupils,
      changed(({ logbook }) => {
        logbook!.read!.allow![0]!.name = 'another' as Tree;
      }),
      changed(({ logbook }) => {
        logbook!.read!.allow!.reverse();
      }),
      changed(({ logbook }) => {
        logbook!.read!.forbid!.pop();
      }),
    ];
    expect(new Set([presentDocument, ...documents].map(versionOf)).size).toBe(5);
  });

  const spoilt: [string, string][] = [
    ['is not JSON', presentDocument.slice(0, -1)],
    ['is not canonical', `${presentDocument} `],
    ['is of another format', presentDocument.replace('"format":1', '"format":2')],
    ['has a member that nobody wrote', presentDocument.replace('"format":1', '"extra":1,"format":1')],
    ['knows a type that is not one', changed((rules) => Object.assign(rules, { castle: rules.lesson }))],
    ['follows a relation that is not one', presentDocument.replace('"relation":"owns"', '"relation":"likes"')],
    ['writes SQL', presentDocument.replace('"relation":"owns"', `"relation":"owns' or 1=1 --"`)],
    ['carries a property that is SQL', presentDocument.replace('"direction"]', `"x' or 1=1 --"]`)],
    ['goes a way that is not one', presentDocument.replace('"way":"in"', '"way":"up"')],
    ['has a path that is nowhere', changed(({ logbook }) => logbook!.read!.allow![0]!.paths!.push([] as never))],
    [
      'has a path that does not come to a person',
      changed(({ logbook }) => logbook!.read!.allow![0]!.paths![0]!.push({ relation: 'teaches', way: 'out' } as never)),
    ],
    [
      'has a path that begins elsewhere',
      changed(({ logbook }) => logbook!.read!.allow![0]!.paths!.push([{ relation: 'guards', way: 'in' }] as never)),
    ],
    [
      'forbids everything to nobody known',
      changed(({ logbook }) => Object.assign(logbook!.read!.forbid![0]!, { defeats: 'some' })),
    ],
  ];

  it.each(spoilt)('is refused when it %s', (_why, document) => {
    expect(document).not.toBe(presentDocument);
    expect(() => readDocument(document)).toThrow();
  });
});

describe.each(engines)('the versions of the rules on $name', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
    return () => opened.close();
  });

  it('are those of the process as long as none was ever in force', async () => {
    expect(await activations(opened.db)).toEqual([]);
    expect(await rulesEnforcedOn(opened.db, Date.now())).toMatchObject({ version: presentVersion });
  });

  it('come into force once, and again only after another one', async () => {
    const { db } = opened;
    const run = (at: number, document: string) => activatePolicy(db, { at, actor: 'system', document });
    expect(await run(1_000, withoutPupils)).toBe(true);
    expect(await run(2_000, withoutPupils)).toBe(false);
    expect(await run(3_000, presentDocument)).toBe(true);
    expect(await run(4_000, withoutPupils)).toBe(true);
    expect(await run(5_000, presentDocument)).toBe(true);
    const old = versionOf(withoutPupils);
    expect(await activations(db)).toEqual([
      { version: old, at: 1_000 },
      { version: presentVersion, at: 3_000 },
      { version: old, at: 4_000 },
      { version: presentVersion, at: 5_000 },
    ]);
    expect(await db('policy_version')).toHaveLength(2);
    expect(await db('audit').where({ event: 'policy.activated' })).toHaveLength(4);
    expect((await verifyAudit(db)).firstBad).toBeUndefined();
  });

  it.each([
    [0, true],
    [999, true],
    [1_000, true],
    [2_999, true],
    [3_000, false],
    [3_999, false],
    [4_000, true],
    [5_000, false],
    [9_999_999_999_999, false],
  ])('are, at %d, those that were in force: the first ones before all', async (at, old) => {
    const { version } = await rulesEnforcedOn(opened.db, at);
    expect(version).toBe(old ? versionOf(withoutPupils) : presentVersion);
  });

  it('come into force once when several nodes start at once', async () => {
    const { db, url, close } = await open();
    const nodes = Array.from({ length: 4 }, () => openDatabase(url));
    const started = await Promise.all(
      [...nodes, ...nodes].map((node) => activatePolicy(node, { at: Date.now(), actor: 'system' })),
    );
    expect(started.filter(Boolean)).toHaveLength(1);
    expect(await activations(db)).toHaveLength(1);
    await Promise.all(
      nodes.map((node, place) =>
        activatePolicy(node, {
          at: Date.now(),
          actor: 'system',
          document: place % 2 === 0 ? withoutPupils : presentDocument,
        }),
      ),
    );
    const all = await activations(db);
    expect(all.every(({ version }, place) => version !== all[place - 1]?.version)).toBe(true);
    expect((await verifyAudit(db)).firstBad).toBeUndefined();
    await Promise.all(nodes.map((node) => node.destroy()));
    await close();
  });

  it('are refused, never guessed, when what was kept is not there or not what it was', async () => {
    const { db, close } = await open();
    const other = (name: string) =>
      changed(({ logbook }) => {
        logbook!.read!.allow![0]!.name = name as Tree;
      });
    const missing = versionOf(other('never_kept'));
    await expect(rulesOfVersion(db, missing)).rejects.toMatchObject({ code: 'policy_unreadable' });
    const kept = other('kept_then_changed');
    await activatePolicy(db, { at: 1_000, actor: 'system', document: kept });
    await db('policy_version').update({ document: kept.replace('kept_then_changed', 'head') });
    await expect(rulesEnforcedOn(db, 2_000)).rejects.toMatchObject({ code: 'policy_unreadable' });
    const spoilt = kept.replace('"way":"in"', '"way":"up"');
    await db('policy_version').insert({ version: versionOf(spoilt), document: spoilt });
    await db('policy_activation').insert({ place: 2, version: versionOf(spoilt), at: 3_000 });
    await expect(rulesEnforcedOn(db, 4_000)).rejects.toMatchObject({ code: 'policy_unreadable' });
    await close();
  });
});
