// What if: a proposal tells who would gain and who would lose, as the change itself then does; and it leaves nothing behind.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyDelivery } from '../../src/directory/directory.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { documentOf, presentDocument } from '../../src/rights/document.ts';
import { readProposal } from '../../src/rights/proposal.ts';
import { actionsOf, may, who } from '../../src/rights/rights.ts';
import { type Outlook, type Shift, whatIf } from '../../src/rights/what-if.ts';
import { whatIfCommand } from '../../src/rights/what-if-command.ts';
import { type Db, inTransaction, onPostgres, openDatabase } from '../../src/storage/storage.ts';
import { ACADEMY, COLLEGE, cast, LYCEE, logbookOf, lycee } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { collegeAtWork, keyOf, type Name, openSchool } from './school.ts';

const named = (name: keyof typeof cast) => `${ACADEMY}:${cast[name].id}`;

/** The same transaction, where something else happens between the first time that somebody asks about a logbook and the next. */
function afterFirst(tx: Db, logbook: string, happens: () => Promise<void>): Db {
  let times = 0;
  const named = async (raw: ReturnType<Db['raw']>, options: object, isAsked: boolean) => {
    const found = await raw.options(options);
    if (isAsked && ++times === 1) await happens();
    return found;
  };
  const connected = async () => {
    if (++times === 2) await happens();
    return tx.client.acquireConnection();
  };
  const client = new Proxy(tx.client, {
    get: (target, name) => (name === 'acquireConnection' ? connected : Reflect.get(target, name)),
  });
  const raw = (sql: string, values: string[]) => ({
    options: (options: object) => named(tx.raw(sql, values), options, values.includes(logbook)),
  });
  return new Proxy(tx, {
    get: (target, name) => {
      if (onPostgres(tx)) return name === 'raw' ? raw : Reflect.get(target, name);
      return name === 'client' ? client : Reflect.get(target, name); // statements are lent on its connection, once a side
    },
  });
}

describe.each(engines)('what if on $name', ({ open }) => {
  let base: TestDatabase;
  let folder: string;
  let maths: string;
  let before: string;
  const names = new Map<string, string>();
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db, Date.now() - 86_400_000);
    maths = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    for (const name of [...Object.keys(cast), 'coline', 'hana', 'aed', 'dual', 'fleur', 'fanny'] as Name[])
      names.set(await keyOf(base.db, name), name);
    folder = mkdtempSync(join(tmpdir(), 'preau-what-if-'));
  });
  beforeEach(async () => {
    before = await everything();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await base.close();
  });

  /** Every row that a proposal could leave behind. */
  const everything = async (): Promise<string> => {
    const tables = ['logbook', 'fact', 'fact_head', 'fact_revision', 'audit', 'policy_version', 'policy_activation'];
    const rows = [];
    for (const table of tables) rows.push(await base.db(table).orderByRaw('1, 2'));
    return JSON.stringify(rows);
  };
  const ask = async (proposal: unknown, school = COLLEGE, at = Date.now()): Promise<Outlook> =>
    whatIf(base.db, { proposal: await readProposal(base.db, JSON.stringify(proposal)), school, at });
  const told = (shifts: readonly Shift[]) =>
    [...new Set(shifts.map(({ person, action, rules }) => `${names.get(person)} ${action} ${rules.join()}`))].sort();
  const unchanged = async () => expect(await everything()).toBe(before);

  it('a grant: the colleague gains that logbook alone, and may give it up', async () => {
    const proposal = { school: COLLEGE, begin: [{ relation: 'granted', subject: named('olga'), object: maths }] };
    const outlook = await ask(proposal);
    expect(told(outlook.gains)).toEqual(['olga read colleague', 'olga revoke beneficiary']);
    expect(new Set(outlook.gains.map(({ resource }) => resource.id))).toEqual(new Set([maths]));
    expect(outlook.losses).toEqual([]);
    await unchanged();
    const olga = await keyOf(base.db, 'olga');
    const resource = { type: 'logbook', id: maths } as const;
    expect((await may(base.db, { person: olga, action: 'read', resource })).allowed).toBe(false);
  });

  it('one that begins later is asked about from then on', async () => {
    const day = 86_400_000;
    const from = new Date(Date.now() + 7 * day).toISOString().slice(0, 10);
    const begin = [{ relation: 'granted', subject: named('olga'), object: maths, from }];
    expect((await ask({ school: COLLEGE, begin })).gains).toEqual([]);
    expect(told((await ask({ school: COLLEGE, begin }, COLLEGE, Date.now() + 9 * day)).gains)).toEqual([
      'olga read colleague',
      'olga revoke beneficiary',
    ]);
    await unchanged();
  });

  it('an end: the teacher who stops loses what the class gave, and keeps what another group gives', async () => {
    const [fact] = await currentFacts(base.db, {
      school: COLLEGE,
      relations: ['teaches'],
      subject: await keyOf(base.db, 'tania'),
    });
    const outlook = await ask({
      school: COLLEGE,
      end: [{ relation: 'teaches', subject: named('tania'), object: fact!.object }],
    });
    expect(outlook.gains).toEqual([]);
    expect(told(outlook.losses)).toEqual([
      'tania grant owner',
      'tania read owner,team',
      'tania read team',
      'tania revoke owner',
      'tania see_readers owner',
      'tania write owner',
    ]);
    await unchanged();
  });

  it('a class that is given brings the logbook that follows, which was not there', async () => {
    const row = await base.db('audience').where({ school: COLLEGE, code: '5C' }).first('id');
    const begin = [{ relation: 'teaches', subject: named('tania'), object: row.id, properties: { subject: 'FRANC' } }];
    const outlook = await ask({ school: COLLEGE, begin });
    expect(told(outlook.gains)).toContain('tania write owner');
    expect(told(outlook.gains)).toContain('zoe read pupil');
    expect(told(outlook.gains)).toContain('tania read team');
    expect(outlook.losses).toEqual([]);
    await unchanged();
    expect(await base.db('logbook').where({ audience: row.id, subject: 'FRANC' })).toEqual([]);
  });

  it('a restriction takes away, and tells by which rule it was held', async () => {
    const begin = [{ relation: 'barred', subject: named('ali'), object: named('ines') }];
    const outlook = await ask({ school: COLLEGE, begin });
    expect(told(outlook.losses)).toEqual(['ali read guardian']);
    expect(outlook.gains).toEqual([]);
    expect(new Set(outlook.losses.map(({ resource }) => resource.id)).size).toBeGreaterThan(1);
    await unchanged();
  });

  it('what it foretells is what the change then does', async () => {
    const david = await keyOf(base.db, 'david');
    const facts = await currentFacts(base.db, { school: COLLEGE, relations: ['deputises'], subject: david });
    const outlook = await ask({
      school: COLLEGE,
      end: [{ relation: 'deputises', subject: named('david'), object: COLLEGE }],
    });
    await unchanged();
    const done = await doneBy(COLLEGE, (tx) =>
      changeFacts(tx, { school: COLLEGE, at: Date.now(), source: 'aaf2d', actor: 'test', end: facts }),
    );
    expect(done.losses.length).toBeGreaterThan(5);
    expect(plain(outlook)).toEqual(done);
    expect(done.gains).toEqual([]);
    await unchanged();
  });

  /** Who may do what at a school, to its logbooks and to itself. */
  const everyone = async (db: Db, school: string) => {
    const found = new Set<string>();
    for (const { id } of await db('logbook').where({ school }))
      for (const action of actionsOf('logbook'))
        for (const { person } of await who(db, { action, resource: { type: 'logbook', id } }))
          found.add(`${id} ${action} ${person}`);
    for (const action of actionsOf('school'))
      for (const { person } of await who(db, { action, resource: { type: 'school', id: school } }))
        found.add(`${school} ${action} ${person}`);
    return found;
  };
  /** What a change brings, and takes away, once it is made; it is then undone. */
  const doneBy = async (school: string, make: (tx: Db) => Promise<unknown>) => {
    const undo = new Error('undo');
    let done = { gains: [] as string[], losses: [] as string[] };
    await inTransaction(base.db, async (tx) => {
      const then = await everyone(tx, school);
      await make(tx);
      const after = await everyone(tx, school);
      const only = (some: Set<string>, others: Set<string>) => [...some].filter((one) => !others.has(one)).sort();
      done = { gains: only(after, then), losses: only(then, after) };
      throw undo;
    }).catch((error) => {
      if (error !== undo) throw error;
    });
    return done;
  };
  const plain = ({ gains, losses }: Outlook) => {
    const lines = (shifts: readonly Shift[]) =>
      shifts.map(({ resource, action, person }) => `${resource.id} ${action} ${person}`).sort();
    return { gains: lines(gains), losses: lines(losses) };
  };

  it('a departure takes with it what was given by name, as the delivery that tells it does', async () => {
    const [olga, tom] = [await keyOf(base.db, 'olga'), await keyOf(base.db, 'tom')];
    const classOf = async (code: string) => (await base.db('audience').where({ school: COLLEGE, code }).first()).id;
    const fifth = await classOf('5C');
    const subject = olga;
    const begin: NewFact[] = [
      { relation: 'granted', subject, object: maths },
      { relation: 'secretary', subject, object: COLLEGE },
      { relation: 'delegated', subject, object: COLLEGE, properties: { act: 'visa', decision: 'D-1' } },
      { relation: 'substitutes', subject, object: maths, properties: { replacing: tom } },
    ];
    const given = { school: COLLEGE, at: Date.now(), source: 'local', actor: 'test' } as const;
    await changeFacts(base.db, { ...given, begin });
    before = await everything();
    const end = [
      { relation: 'post', subject: named('olga'), object: COLLEGE },
      { relation: 'teaches', subject: named('olga'), object: fifth },
    ];
    const outlook = await ask({ school: COLLEGE, end });
    const lost = told(outlook.losses);
    for (const one of ['activate secretariat', 'write substitute', 'revoke beneficiary'])
      expect(lost).toContain(`olga ${one}`);
    const read = outlook.losses.find(({ resource, action }) => resource.id === maths && action === 'read');
    expect([...(read?.rules ?? [])].sort()).toEqual(['colleague', 'substitute']);
    const base2d = collegeAtWork(Date.now());
    const isOlga = ({ subject: one }: (typeof base2d.facts)[number]) => 'person' in one && one.person === cast.olga.id;
    const delivery = { ...base2d, facts: base2d.facts.filter((fact) => !isOlga(fact)) };
    expect(plain(outlook)).toEqual(await doneBy(COLLEGE, (tx) => applyDelivery(tx, delivery)));
    await unchanged();
    await changeFacts(base.db, {
      ...given,
      at: Date.now(),
      end: await currentFacts(base.db, { school: COLLEGE, source: 'local', subject }),
    });
  });

  it('an arrival brings the restrictions on the pupil from where they come, as the delivery does', async () => {
    const [ali, ines] = [await keyOf(base.db, 'ali'), await keyOf(base.db, 'ines')];
    const barred: NewFact = { relation: 'barred', subject: ali, object: ines };
    const there = { school: COLLEGE, source: 'local', actor: 'test' } as const;
    const final = (await base.db('audience').where({ school: LYCEE, code: 'T1' }).first()).id;
    const begin = [
      { relation: 'attends', subject: named('ines'), object: LYCEE },
      { relation: 'enrolled', subject: named('ines'), object: final },
      { relation: 'guards', subject: named('ali'), object: named('ines') },
    ];
    expect(told((await ask({ school: LYCEE, begin }, LYCEE)).gains)).toEqual(['ali read guardian', 'ines read pupil']);
    await changeFacts(base.db, { ...there, at: Date.now(), begin: [barred] });
    before = await everything();
    const outlook = await ask({ school: LYCEE, begin }, LYCEE);
    expect(told(outlook.gains)).toEqual(['ines read pupil']);
    const [delivered, from] = [lycee(Date.now()), collegeAtWork()];
    const of = (name: 'ines' | 'ali') => ({ person: cast[name].id });
    const delivery: typeof delivered = {
      ...delivered,
      persons: [
        ...delivered.persons,
        ...from.persons.filter(({ externalId }) => [cast.ines.id, cast.ali.id].some((id) => id === externalId)),
      ],
      facts: [
        ...delivered.facts,
        { relation: 'attends', subject: of('ines'), object: { school: true } },
        { relation: 'enrolled', subject: of('ines'), object: { class: 'T1' } },
        { relation: 'guards', subject: of('ali'), object: of('ines') },
      ],
    };
    expect(plain(outlook)).toEqual(await doneBy(LYCEE, (tx) => applyDelivery(tx, delivery)));
    await unchanged();
    const end = await currentFacts(base.db, { school: COLLEGE, relations: ['barred'] });
    await changeFacts(base.db, { ...there, at: Date.now(), end });
  });

  it('a class that a delivery gives to somebody from elsewhere stays theirs: it is not taken for a local act', async () => {
    const fifth = (await base.db('audience').where({ school: COLLEGE, code: '5C' }).first()).id;
    // she has a post at the lycée only
    const begin = [{ relation: 'teaches', subject: named('lise'), object: fifth, properties: { subject: 'PHILO' } }];
    expect(told((await ask({ school: COLLEGE, begin })).gains)).toEqual(
      expect.arrayContaining(['lise write owner', 'lise read owner,team', 'zoe read pupil']),
    );
    await unchanged();
  });

  it('a rule that is dropped: whom it alone let in loses; those whom another lets in do not', async () => {
    const drop = [{ type: 'logbook', action: 'read', rule: 'owner' }];
    const outlook = await ask({ drop });
    // owners are of the team as well
    expect(outlook).toEqual({ gains: [], losses: [] });
    const pupils = await ask({ drop: [{ type: 'logbook', action: 'read', rule: 'pupil' }] });
    expect(told(pupils.losses)).toEqual(['dual', 'ines', 'lucas', 'paul', 'zoe'].map((one) => `${one} read pupil`));
    expect(told((await ask({ drop }, LYCEE)).losses)).toEqual([]);
    await unchanged();
  });

  it('a forbid that is dropped gives back, a rule that is added opens', async () => {
    const add = [
      {
        type: 'logbook',
        action: 'read',
        allow: {
          name: 'librarian',
          paths: [
            [
              { relation: 'ofSchool', way: 'out' },
              { relation: 'post', way: 'in', property: ['function', 'librarian'] },
            ],
          ],
        },
      },
    ];
    const outlook = await ask({ add });
    expect(told(outlook.gains)).toEqual(['diane read librarian']);
    expect(outlook.gains.length).toBe((await base.db('logbook').where({ school: COLLEGE })).length);
    const forbid = { ...add[0]!.allow, name: 'nobody', defeats: 'all', paths: [[{ relation: 'owns', way: 'in' }]] };
    const closed = await ask({ add: [{ type: 'logbook', action: 'write', forbid }] });
    expect(told(closed.losses)).toEqual(
      ['coline', 'hana', 'olga', 'tania', 'theo', 'tom'].map((one) => `${one} write owner`),
    );
    await unchanged();
  });

  it('the policy as a whole: the present one changes nothing, another one what it changes', async () => {
    expect(await ask(JSON.parse(presentDocument))).toEqual({ gains: [], losses: [] });
    const other = JSON.parse(presentDocument);
    other.rules.logbook.see_readers.allow = other.rules.logbook.read.allow;
    const outlook = await whatIf(base.db, {
      proposal: await readProposal(base.db, documentOf(other.rules)),
      school: LYCEE,
      at: Date.now(),
    });
    expect(told(outlook.gains)).toEqual(['noe see_readers pupil', 'paula see_readers guardian']);
    // an action that the present rules do not know, and one that the proposed ones know no more
    const { visa, ...logbook } = JSON.parse(presentDocument).rules.logbook;
    const rules = { ...JSON.parse(presentDocument).rules, logbook: { ...logbook, print: visa } };
    const renamed = await ask({ format: JSON.parse(presentDocument).format, rules }, LYCEE);
    expect([told(renamed.gains), told(renamed.losses)]).toEqual([['henri print head'], ['henri visa head']]);
    await unchanged();
  });

  it('what really changes meanwhile is not told as what the proposal brings', async () => {
    const subject = await keyOf(base.db, 'diane');
    const change = { school: COLLEGE, at: Date.now(), source: 'local', actor: 'test' } as const;
    const granted = { relation: 'granted', subject, object: maths } as const;
    /** The same database, where a colleague is let in as soon as a transaction is over. */
    const busy = new Proxy(base.db, {
      get: (db, name) =>
        name !== 'transaction'
          ? Reflect.get(db, name)
          : async (work: (tx: Db) => Promise<unknown>) => {
              try {
                return await db.transaction(work);
              } finally {
                await inTransaction(db, (tx) => changeFacts(tx, { ...change, begin: [granted] }));
              }
            },
    });
    const begin = [{ relation: 'granted', subject: named('olga'), object: maths }];
    const proposal = await readProposal(base.db, JSON.stringify({ school: COLLEGE, begin }));
    const outlook = await whatIf(busy, { proposal, school: COLLEGE, at: Date.now() });
    const end = await currentFacts(base.db, { school: COLLEGE, relations: ['granted'], subject });
    await inTransaction(base.db, (tx) => changeFacts(tx, { ...change, at: Date.now(), end }));
    expect(end).toHaveLength(1);
    expect([told(outlook.gains), told(outlook.losses)]).toEqual([
      ['olga read colleague', 'olga revoke beneficiary'],
      [],
    ]);
  });

  it('nor is what changes between the rules of today and those that are proposed', async () => {
    const subject = await keyOf(base.db, 'diane');
    const change = { school: COLLEGE, source: 'local', actor: 'test' } as const;
    const others = openDatabase(base.url);
    const letIn = async () => {
      const begin = [{ relation: 'granted', subject, object: maths } as const];
      await inTransaction(others, (tx) => changeFacts(tx, { ...change, at: Date.now(), begin }));
    };
    const busy = new Proxy(base.db, {
      get: (db, name) =>
        name !== 'transaction'
          ? Reflect.get(db, name)
          : (work: (tx: Db) => Promise<unknown>, config: object) =>
              db.transaction((tx) => work(afterFirst(tx, maths, letIn)), config),
    });
    const drop = [{ type: 'logbook', action: 'read', rule: 'head' }];
    const proposal = await readProposal(base.db, JSON.stringify({ drop }));
    const outlook = await whatIf(busy, { proposal, school: COLLEGE, at: Date.now() });
    const end = await currentFacts(others, {
      school: COLLEGE,
      relations: ['granted'],
      subject,
      endingAfter: Date.now(),
    });
    await inTransaction(others, (tx) => changeFacts(tx, { ...change, at: Date.now(), end }));
    await others.destroy();
    expect(end).toHaveLength(1);
    expect([told(outlook.gains), told(outlook.losses)]).toEqual([[], ['helene read head']]);
  });

  it('nothing stays of a trial that goes wrong midway', async () => {
    const proposal = await readProposal(
      base.db,
      JSON.stringify({ school: COLLEGE, begin: [{ relation: 'granted', subject: named('olga'), object: maths }] }),
    );
    const spoilt = {
      facts: { ...(proposal as { facts: object }).facts, begin: [{ relation: 'granted', subject: null }] },
    };
    await expect(whatIf(base.db, { proposal: spoilt as never, school: COLLEGE, at: Date.now() })).rejects.toThrow();
    await unchanged();
  });

  it('what is no proposal is refused by name', async () => {
    const grant = { relation: 'granted', subject: named('olga'), object: maths };
    for (const [code, proposal] of [
      ['bad_argument', {}],
      ['bad_argument', { school: COLLEGE }],
      ['bad_argument', { drop: [], add: [] }],
      ['bad_argument', { format: 2, rules: JSON.parse(presentDocument).rules }],
      ['bad_argument', { school: COLLEGE, begin: [{ ...grant, relation: 'likes' }] }],
      ['bad_argument', { school: COLLEGE, begin: [grant], activate: true }],
      ['bad_argument', { school: COLLEGE, begin: [{ ...grant, until: '2020-01-01' }] }],
      ['bad_argument', { school: COLLEGE, begin: [{ ...grant, until: 'tomorrow' }] }],
      ['bad_argument', { school: COLLEGE, end: [grant] }],
      ['unknown_school', { school: '9999999Z', begin: [grant] }],
      ['unknown_person', { school: COLLEGE, begin: [{ ...grant, subject: 'nobody' }] }],
      ['unknown_logbook', { school: COLLEGE, begin: [{ ...grant, object: 'none' }] }],
      ['unknown_class', { school: COLLEGE, begin: [{ ...grant, relation: 'teaches', object: '6A' }] }],
      ['bad_argument', { drop: [{ type: 'logbook', action: 'read', rule: 'everybody' }] }],
      ['bad_argument', { drop: [{ type: 'logbook', action: 'burn', rule: 'owner' }] }],
      ['bad_argument', { add: [{ type: 'logbook', action: 'read' }] }],
      [
        'bad_argument',
        {
          add: [
            { type: 'logbook', action: 'read', allow: { name: 'x', paths: [[{ relation: 'guards', way: 'in' }]] } },
          ],
        },
      ],
      ['bad_argument', { ...JSON.parse(presentDocument), rules: { marks: {} } }],
    ] as const)
      await expect(readProposal(base.db, JSON.stringify(proposal)), JSON.stringify(proposal)).rejects.toMatchObject({
        code,
      });
    await expect(readProposal(base.db, '{')).rejects.toMatchObject({ code: 'bad_argument' });
    await unchanged();
  });

  it('tells it on the command line, in sentences or as JSON', async () => {
    const file = join(folder, 'proposal.json');
    const run = async (...args: string[]) => {
      const lines: string[] = [];
      await whatIfCommand({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    writeFileSync(
      file,
      JSON.stringify({ school: COLLEGE, begin: [{ relation: 'granted', subject: named('olga'), object: maths }] }),
    );
    expect(await run(file)).toMatch(
      /^Collège Les Tilleuls \(0900001A\), .*\n {2}Olga Petit \(\w+\) gagne : lire par colleague : 6e A, Mathématiques\n[\s\S]*Rien n’a été changé\.$/,
    );
    expect(JSON.parse(await run(file, '--json'))).toMatchObject({
      gains: [
        { school: COLLEGE, type: 'logbook', id: maths, action: 'read', rules: ['colleague'] },
        { action: 'revoke' },
      ],
      losses: [],
    });
    await expect(run(file, '--school', LYCEE)).rejects.toMatchObject({ code: 'bad_argument' });
    // each instant at which something begins is asked about: what ends before the last of them is told too
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const begin = [
      { relation: 'granted', subject: named('olga'), object: maths, from: day(7), until: day(9) },
      { relation: 'granted', subject: named('diane'), object: maths, from: day(20), until: day(30) },
    ];
    writeFileSync(file, JSON.stringify({ school: COLLEGE, begin }));
    const turns = await run(file);
    expect(turns).toMatch(/Olga Petit \(\w+\) gagne : lire[\s\S]*si ceci était[\s\S]*Diane Faure \(\w+\) gagne : lire/);
    expect(turns.match(/si ceci était en vigueur/g)).toHaveLength(2);
    const { gains } = JSON.parse(await run(file, '--json')) as { gains: { at: string; action: string }[] };
    expect(new Set(gains.map(({ at }) => at)).size).toBe(2);
    const { visa, ...logbook } = JSON.parse(presentDocument).rules.logbook;
    const rules = { ...JSON.parse(presentDocument).rules, logbook: { ...logbook, visa, print: visa } };
    writeFileSync(file, JSON.stringify({ format: JSON.parse(presentDocument).format, rules }));
    expect(await run(file, '--school', LYCEE)).toMatch(/Henri Vidal \(\w+\) gagne : print par head : Terminale 1/);
    writeFileSync(file, JSON.stringify({ drop: [{ type: 'logbook', action: 'read', rule: 'guardian' }] }));
    const everywhere = await run(file);
    expect(everywhere).toMatch(
      /Lycée Camus[\s\S]*Paula Bernard \(\w+\) perd : lire par guardian : Terminale 1, Philosophie/,
    );
    expect(await run(file, '--school', COLLEGE)).not.toContain('Lycée Camus');
    for (const args of [[], [file, file], [join(folder, 'none.json')], [file, '--activate']])
      await expect(run(...args)).rejects.toMatchObject({ code: 'bad_argument' });
    await unchanged();
  });
});
