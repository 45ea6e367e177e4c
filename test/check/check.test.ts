// The check of a school: each of the six points holds where it should, and fails for the one thing that breaks it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { offerGrant, validateGrant } from '../../src/acts/grants.ts';
import { recordReplacement } from '../../src/acts/replacements.ts';
import { checkSchool } from '../../src/check/check.ts';
import { checkCommand } from '../../src/check/commands.ts';
import type { Command } from '../../src/command.ts';
import { workstationCommand } from '../../src/directory/commands.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { ensurePersons } from '../../src/directory/persons.ts';
import { assignTeaching, recordDirection } from '../../src/directory/teaching.ts';
import { endWorkstations, recordWorkstation } from '../../src/directory/workstations.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { policy } from '../../src/rights/policy.ts';
import { inTransaction } from '../../src/storage/storage.ts';
import { ACADEMY, COLLEGE, ECOLE, ecole, logbookOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool } from '../rights/school.ts';

const DAY = 86_400_000;

describe.each(engines)('the check of a school on $name', ({ open }) => {
  let base: TestDatabase;
  let maths: string;
  let at: number;
  beforeAll(async () => {
    base = await open();
    at = Date.now();
    await openSchool(base.db, at - DAY);
    maths = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    await recordWorkstation(base.db, { school: COLLEGE, where: 'CDI, le mardi à 17 h', by: 'operator', at: at - 1 });
  });
  afterAll(() => base.close());

  /** The points that do not hold. */
  const failing = async (school = COLLEGE, db = base.db): Promise<string[]> =>
    (await checkSchool(db, school, Date.now())).filter(({ holds }) => !holds).map(({ code }) => code);

  /** The points that do not hold once something is changed; the change is undone. */
  const failingWith = async (change: (db: TestDatabase['db']) => Promise<unknown>): Promise<string[]> => {
    const undo = new Error('undo');
    let found: string[] = [];
    await inTransaction(base.db, async (tx) => {
      await change(tx);
      found = await failing(COLLEGE, tx);
      throw undo;
    }).catch((error) => {
      if (error !== undo) throw error;
    });
    return found;
  };
  const begin = (db: TestDatabase['db'], ...facts: NewFact[]) =>
    changeFacts(db, { school: COLLEGE, at: Date.now(), source: 'local', actor: 'test', begin: facts });

  it('six points, in their order, all held, each with what shows it', async () => {
    const points = await checkSchool(base.db, COLLEGE, Date.now());
    expect(points.map(({ code, holds }) => [code, holds])).toEqual(
      ['S0.7', 'S0.8', 'S0.9', 'S0.10', 'S0.11', 'S0.12'].map((code) => [code, true]),
    );
    const evidence = Object.fromEntries(points.map((point) => [point.code, point.evidence.join('\n')]));
    // Paula has one child at the collège and one in each of the two other schools
    expect(evidence['S0.7']).toMatch(/^4 responsable.* dont 1 de plusieurs enfants et 1 dans plusieurs établissements/);
    expect(evidence['S0.8']).toMatch(/^6 cahier\(s\), 6 personne/);
    expect(evidence['S0.9']).toContain('head, deputy, direction');
    expect(evidence['S0.9']).toContain('direction : David Roux, Hélène Marchand');
    expect(evidence['S0.10']).toMatch(/^2 classe/);
    expect(evidence['S0.11']).toContain('peuvent valider : Hélène Marchand');
    expect(evidence['S0.12']).toMatch(/^CDI, le mardi à 17 h, jusqu’au \d\d\/\d\d\/\d{4}\n0 responsable/);
    // families are counted, never named
    for (const name of ['Paula', 'Pierre', 'Amrani', 'Paul Bernard'])
      expect(JSON.stringify(points)).not.toContain(name);
  });

  it('S0.7 fails when one parent is on two records', async () => {
    const email = 'paula@example.fr';
    expect(
      await failingWith(async (db) => {
        const [paula, pierre] = [await keyOf(db, 'paula'), await keyOf(db, 'pierre')];
        await db('person').where({ id: paula }).update({ email });
        await db('person').where({ id: pierre }).update({ email: 'PAULA@example.fr', given_name: 'PAULA' });
      }),
    ).toEqual(['S0.7']);
    expect(
      await failingWith(async (db) => {
        const [paula, pierre] = [await keyOf(db, 'paula'), await keyOf(db, 'pierre')];
        await db('person').whereIn('id', [paula, pierre]).update({ email });
      }),
    ).toEqual([]);
  });

  it('S0.8 fails when somebody who does not teach keeps a logbook; a substitute is nobody else', async () => {
    expect(
      await failingWith(async (db) =>
        begin(db, { relation: 'owns', subject: await keyOf(db, 'berthe'), object: maths }),
      ),
    ).toEqual(['S0.8']);
    // one who is sent from another school has no post in this one; nobody records it of a parent, a pupil, or a head
    for (const [name, points] of [
      ['olga', []],
      ['lise', []],
      ['diane', []],
      ['paula', ['S0.8']],
      ['zoe', ['S0.8']],
      ['henri', ['S0.8']],
    ] as const)
      expect(
        await failingWith(async (db) =>
          begin(db, {
            relation: 'substitutes',
            subject: await keyOf(db, name),
            object: maths,
            properties: { replacing: await keyOf(db, 'tom') },
          }),
        ),
      ).toEqual(points);
  });

  it('S0.8 holds when a substitute who has no post anywhere yet is recorded', async () => {
    const [by, replaced] = [await keyOf(base.db, 'helene'), await keyOf(base.db, 'tom')];
    const someone = { academy: ACADEMY, externalId: '9001', givenName: 'Rémi', familyName: 'Vasseur' };
    const record = async (tx: TestDatabase['db']) => {
      const { ids } = await ensurePersons(tx, [someone], Date.now());
      const substitute = ids.get(someone.externalId)!;
      await recordReplacement(tx, { school: COLLEGE, substitute, replaced, logbooks: [maths], by, at: Date.now() });
      const [, writers] = await checkSchool(tx, COLLEGE, Date.now());
      expect(writers?.evidence[0]).toMatch(/^6 cahier\(s\), 7 personne/);
    };
    expect(await failingWith(record)).toEqual([]);
  });

  it('the rules that open writing are those of the policy', async () => {
    const [, writers] = await checkSchool(base.db, COLLEGE, Date.now());
    const names = policy.logbook.write.allow.map(({ name }) => name);
    expect(writers?.evidence).toContain(`règles qui ouvrent l’écriture : ${names.join(', ')}`);
  });

  it('S0.8 and S0.10 say nothing of a school without a logbook, nor S0.10 of a class without a team: it is a no', async () => {
    const none = await open();
    const { db } = none;
    await applyDelivery(db, ecole(at - DAY));
    const answer = async () => {
      const points = await checkSchool(db, ECOLE, Date.now());
      return Object.fromEntries(points.map(({ code, holds, evidence }) => [code, `${holds} ${evidence.join(' | ')}`]));
    };
    const imported = await answer();
    expect(imported['S0.8']).toMatch(/^false aucun cahier cette année/);
    expect(imported['S0.10']).toMatch(/^false aucun cahier cette année.* sans enseignant connu : CM2/);
    const denise = await keyOf(db, 'denise');
    const assign = async (name: string, code: string) => {
      const audience = { kind: 'class', code } as const;
      await assignTeaching(db, { school: ECOLE, teacher: await keyOf(db, name), audience, by: denise, at: Date.now() });
    };
    await assign('marc', 'CE1');
    expect((await answer())['S0.8']).toMatch(/^true 1 cahier/);
    expect((await answer())['S0.10']).toMatch(/^false 1 classe.* sans enseignant connu : CM2/);
    await assign('denise', 'CM2');
    expect((await answer())['S0.10']).toMatch(/^true 2 classe/);
    await none.close();
  });

  it('S0.9 fails when a bursar stands as deputy, or openings come to everything', async () => {
    expect(
      await failingWith(async (db) =>
        begin(db, { relation: 'deputises', subject: await keyOf(db, 'berthe'), object: COLLEGE }),
      ),
    ).toEqual(['S0.9']);
    const all = (await base.db('logbook').where({ school: COLLEGE })).map(({ id }) => id as string);
    const inspector = async (db: TestDatabase['db'], books: string[]) => {
      const subject = await keyOf(db, 'ivan');
      return begin(db, ...books.map((object) => ({ relation: 'inspects' as const, subject, object })));
    };
    expect(await failingWith((db) => inspector(db, all))).toEqual(['S0.9']);
    expect(await failingWith((db) => inspector(db, all.slice(1)))).toEqual([]);
  });

  it('S0.10 fails when the team cannot read a logbook of its class; a restriction is told, and is no fault', async () => {
    expect(
      await failingWith(async (db) => {
        const [placed] = await currentFacts(db, { school: COLLEGE, relations: ['ofSchool'], subject: maths });
        await changeFacts(db, { school: COLLEGE, at: Date.now(), source: 'derived', actor: 'test', end: [placed!] });
      }),
    ).toEqual(['S0.10']);
    expect(
      await failingWith(async (db) =>
        begin(db, { relation: 'barred', subject: await keyOf(db, 'tania'), object: maths }),
      ),
    ).toEqual([]);
  });

  it('S0.11 fails when an opening lacks one of its two acts, and holds when it has both', async () => {
    const olga = await keyOf(base.db, 'olga');
    expect(await failingWith((db) => begin(db, { relation: 'granted', subject: olga, object: maths }))).toEqual([
      'S0.11',
    ]);
    const now = Date.now();
    const offered = { by: await keyOf(base.db, 'tom'), at: now, logbook: maths, beneficiary: olga, until: now + DAY };
    const validate = async (db: TestDatabase['db']) => {
      const { id } = await offerGrant(db, { ...offered, from: undefined });
      await validateGrant(db, { grant: id, by: await keyOf(db, 'helene'), at: now });
      return id;
    };
    expect(await failingWith(validate)).toEqual([]);
    // the same, as if the colleague had validated for herself
    expect(
      await failingWith(async (db) =>
        db('access_grant')
          .where({ id: await validate(db) })
          .update({ decided_by: olga }),
      ),
    ).toEqual(['S0.11']);
    expect(
      await failingWith(async (db) =>
        db('access_grant')
          .where({ id: await validate(db) })
          .update({ offered_by: null }),
      ),
    ).toEqual(['S0.11']);
  });

  it('S0.11 fails where nobody may validate: an école without a decision on record', async () => {
    expect(await failing(ECOLE)).toEqual(['S0.11', 'S0.12']);
    const now = Date.now();
    const person = await keyOf(base.db, 'denise');
    await recordDirection(base.db, { school: ECOLE, person, decision: 'DASEN 41', by: 'operator', at: now });
    expect(await failing(ECOLE)).toEqual(['S0.12']);
    const [, , wide] = await checkSchool(base.db, ECOLE, Date.now());
    expect(wide?.evidence.join()).toContain('par décision enregistrée (DASEN 41) : Denise Caron');
  });

  it('S0.12 fails once there is no workstation any more, and the accounts of families are counted', async () => {
    const [ali, db] = [await keyOf(base.db, 'ali'), base.db];
    await openAccount(db, {
      person: ali,
      identifier: 'ali.amrani',
      password: 'quatre mots sans rapport',
      actor: 'test',
      at,
    });
    expect((await checkSchool(db, COLLEGE, Date.now()))[5]?.evidence.join()).toContain(
      '1 responsable(s) légal(aux) sur 4',
    );
    expect(await failingWith((tx) => endWorkstations(tx, { school: COLLEGE, by: 'operator', at: Date.now() }))).toEqual(
      ['S0.12'],
    );
  });

  it('a module that registers logbooks is named beside those who write', async () => {
    const module = {
      id: 'cahier',
      name: 'Cahier de textes',
      purpose: 'tenir les cahiers',
      responsible: 'la direction',
      scopes: ['logbooks'],
      schools: [COLLEGE],
    };
    await addModule(base.db, module, { actor: 'test', at });
    const [, writers] = await checkSchool(base.db, COLLEGE, Date.now());
    expect(writers?.evidence.join()).toContain('peuvent inscrire un cahier, sans y écrire : Cahier de textes');
    const [, others] = await checkSchool(base.db, ECOLE, Date.now());
    expect(others?.evidence.join()).not.toContain('Cahier de textes');
  });

  it('the command prints every answer, as JSON too, and refuses when one is a no', async () => {
    const lines: string[] = [];
    const run = (command: Command, ...args: string[]) => {
      lines.length = 0;
      return command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
    };
    await run(checkCommand, COLLEGE);
    expect(lines.join('\n')).toMatch(
      /^Collège Les Tilleuls \(0900001A\)\n\n1\. Un parent .* \(S0\.7\) : OUI\n {3}4 responsable/,
    );
    await expect(run(checkCommand, ECOLE, '--json')).rejects.toMatchObject({
      code: 'check_failed',
      details: { failed: ['S0.12'] },
    });
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ school: ECOLE, points: { length: 6 } });
    await run(workstationCommand, ECOLE, '--where', 'Bureau de la direction');
    expect(lines.join()).toMatch(/École Jules-Verne : un poste .*, Bureau de la direction\. 1 fait\(s\) commencé/);
    await run(workstationCommand, ECOLE, '--where', 'Bureau de la direction');
    expect(lines.join()).toMatch(/rien à changer/);
    await run(checkCommand, ECOLE);
    await run(workstationCommand, ECOLE, '--end');
    expect(lines.join()).toMatch(/1 terminé/);
    await expect(run(checkCommand, ECOLE)).rejects.toMatchObject({ code: 'check_failed' });
    for (const [code, command, ...args] of [
      ['unknown_school', checkCommand, '9999999Z'],
      ['bad_argument', checkCommand],
      ['bad_argument', checkCommand, COLLEGE, ECOLE],
      ['bad_argument', workstationCommand, ECOLE],
      ['bad_argument', workstationCommand, ECOLE, '--where', ' '],
      ['bad_argument', workstationCommand, ECOLE, '--where', 'CDI', '--end'],
      ['bad_argument', workstationCommand, ECOLE, '--where', 'CDI', '--until', '2020-01-01'],
      ['unknown_school', workstationCommand, '9999999Z', '--where', 'CDI'],
    ] as const)
      await expect(run(command, ...args), args.join(' ')).rejects.toMatchObject({ code });
  });
});
