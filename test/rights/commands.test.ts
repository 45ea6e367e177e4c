// The engine explains itself on the command line, and the école's acts are done there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareAbsence } from '../../src/acts/absences.ts';
import type { Command } from '../../src/command.ts';
import { assignCommand, directionCommand } from '../../src/directory/commands.ts';
import { dayOf, localInstant } from '../../src/facts/calendar.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { aboutCommand, explainCommand, whoCommand } from '../../src/rights/commands.ts';
import { ACADEMY, COLLEGE, cast, ECOLE } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool } from './school.ts';

describe.each(engines)('rights on the command line on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db, Date.now() - 86_400_000);
  });
  afterAll(() => base.close());

  const run = async (command: Command, ...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };
  const logbook = async (school: string, code: string, subject: string): Promise<string> => {
    const row = await base
      .db('logbook')
      .join('audience', 'audience.id', 'logbook.audience')
      .where({ 'logbook.school': school, 'audience.code': code, 'logbook.subject': subject })
      .first('logbook.id');
    return row.id;
  };
  const named = (name: keyof typeof cast) => `${ACADEMY}:${cast[name].id}`;

  it('explain says yes, with the rule, its facts and their dates', async () => {
    const told = await run(explainCommand, named('theo'), 'read', await logbook(COLLEGE, '6A', 'MATHS'));
    expect(told).toMatch(/^Cahier de textes \w+ : 6e A, Mathématiques, Collège Les Tilleuls \(0900001A\)\./);
    expect(told).toMatch(/Théo Blanc \(\w+\), lire :/);
    expect(told).toMatch(/Aujourd’hui .* : OUI \(révision 0900001A:\d+\)/);
    expect(told).toMatch(/Règle team : /);
    expect(told).toMatch(
      /Paul Bernard suit les cours de 6e latin, depuis le \d\d\/\d\d\/\d{4}.* jusqu’au 14\/08\/\d{4} \[aaf2d\]/,
    );
    expect(told).toMatch(/Théo Blanc enseigne à 6e latin \(subject LATIN\), depuis le /);
  });

  it('explain says no, with what each rule lacks', async () => {
    const told = await run(
      explainCommand,
      await keyOf(base.db, 'lucas'),
      'read',
      await logbook(COLLEGE, '6A', 'MATHS'),
    );
    expect(told).toMatch(/ : NON \(/);
    expect(told).toMatch(/établi : Lucas Meyer suit les cours de 6e (latin|6B|B)/);
    expect(told).toMatch(/il manque : Lucas Meyer dirige …/);
    expect(told).toMatch(/il manque : ce cahier est destiné à 6e (latin|B)/);
  });

  it('with --why, says what the person is told: the sentence, and nothing of anybody else', async () => {
    const book = await logbook(COLLEGE, '6A', 'MATHS');
    const why = async (name: keyof typeof cast, action = 'read', ...more: string[]) =>
      (await run(explainCommand, named(name), action, book, '--why', ...more))
        .split('\n')
        .filter((line) => line.startsWith('  Ce que lit la personne : '))
        .map((line) => line.slice('  Ce que lit la personne : '.length));
    expect(await why('tania', 'write')).toEqual(['Seule la personne qui tient ce cahier peut le faire. (not_owner)']);
    expect(await why('lucas')).toEqual(['Vous n’êtes pas inscrit dans cette classe ni dans ce groupe. (not_enrolled)']);
    expect(await why('theo')).toEqual([expect.stringMatching(/^L’équipe enseignante de la classe/)]);
    expect(await why('theo', 'read', '--at', '2020-11-12')).toHaveLength(2);
    expect(await run(explainCommand, named('lucas'), 'read', book)).not.toContain('Ce que lit');
  });

  it('a past day is told in both readings', async () => {
    const book = await logbook(COLLEGE, '6A', 'MATHS');
    const told = await run(explainCommand, named('tom'), 'write', book, '--at', '2020-11-12');
    expect(told).toMatch(/Appliqué ce jour-là, 12\/11\/2020 12:00 : NON/);
    expect(told).toMatch(/Connu aujourd’hui de ce jour-là, 12\/11\/2020 12:00 : NON/);
    expect(await run(whoCommand, 'read', book, '--at', '2020-11-12T08:00:00Z')).toMatch(
      /Appliqué ce jour-là, 12\/11\/2020 09:00 : 0 personne/,
    );
  });

  it('who names every reader with each rule', async () => {
    const told = await run(whoCommand, 'read', await logbook(COLLEGE, '6A', 'MATHS'));
    expect(told).toMatch(/Tom Garnier \(\w+\) : owner jusqu’au 14\/08\/\d{4}, team jusqu’au /);
    for (const name of [
      'Hélène Marchand',
      'David Roux',
      'Théo Blanc',
      'Paul Bernard',
      'Paula Bernard',
      'Pierre Bernard',
    ])
      expect(told).toContain(name);
    for (const name of ['Berthe Colin', 'Carla Simon', 'Gina Bernard', 'Olga Petit', 'Lucas Meyer'])
      expect(told).not.toContain(name);
  });

  it('who tells a period with its rules and facts, on the clock of the school', async () => {
    const book = await logbook(COLLEGE, '6A', 'MATHS');
    const olga = await keyOf(base.db, 'olga');
    const past = dayOf(Date.now() - 11 * 86_400_000);
    const day = past.split('-').reverse().join('/');
    const at = localInstant(past, '08:30');
    const change = { school: COLLEGE, at, source: 'local', actor: 'test' } as const;
    const grant = { relation: 'granted', subject: olga, object: book, validTo: at + 3_600_000 } as const;
    await changeFacts(base.db, { ...change, begin: [grant] });
    const period = ['--from', `${past}T08:00`, '--to', `${past}T10:00`];
    const told = await run(whoCommand, 'read', book, ...period);
    const [, enforced, known] = told.split('\n\n');
    // what was delivered yesterday was not enforced before
    expect(enforced).toContain(`Appliqué, du ${day} 08:00 au ${day} 10:00 : 0 personne`);
    expect(known).toMatch(/^Connu aujourd’hui, du .* : 1 personne\(s\) ont pu lire\./);
    expect(known).toContain(`colleague, du ${day} 08:30 au ${day} 09:30\n`);
    expect(known).toContain(`Olga Petit peut lire ce cahier, depuis le ${day} 08:30 jusqu’au ${day} 09:30`);
    expect(await run(whoCommand, 'read', book, '--from', past, '--to', past)).toMatch(
      new RegExp(`du ${day} au .* : 1 personne`),
    );
    const nine = await run(whoCommand, 'read', book, '--at', `${past}T09:00`);
    expect(nine).toMatch(/Appris depuis :\n {2}devait pouvoir : {2}Olga Petit \(\w+\) : colleague/);
  });

  it('explain tells an absence, a lesson, and what a restriction closes', async () => {
    const { db } = base;
    const [at, tom] = [Date.now(), await keyOf(db, 'tom')];
    const eight = localInstant(dayOf(at + 86_400_000), '08:00');
    const hour = { from: eight, to: eight + 3_600_000 };
    const absent = await declareAbsence(db, {
      school: COLLEGE,
      person: tom,
      by: tom,
      at,
      ...hour,
      slots: [{ audience: { kind: 'class', code: '6A' }, subject: 'MATHS', ...hour }],
    });
    const [absence, lesson] = [`absence:${absent.id}`, `lesson:${absent.slots[0]!.lesson.id}`];
    const ali = { relation: 'barred', subject: await keyOf(db, 'ali'), object: await keyOf(db, 'ines') } as const;
    await changeFacts(db, { school: COLLEGE, at, source: 'local', actor: 'test', begin: [ali] });
    expect(await run(explainCommand, named('tom'), 'read', absence)).toMatch(
      /^Absence \w+ : Collège Les Tilleuls \(0900001A\)\.\nTom Garnier \(\w+\), voir :\n\n.* : OUI .*\n {2}Règle self : Chacun voit/,
    );
    expect(await run(explainCommand, named('paul'), 'read', absence)).toMatch(/ : NON /);
    expect(await run(explainCommand, named('paul'), 'read', lesson)).toMatch(/Règle pupil : Les élèves voient/);
    expect(await run(whoCommand, 'read', absence)).toMatch(/3 personne\(s\) peuvent voir/);
    const told = await run(explainCommand, named('ali'), 'read', await logbook(COLLEGE, '6A', 'MATHS'));
    expect(told).toMatch(/ : NON .*\n {2}Restriction barred : Une restriction enregistrée/);
    const holder = await run(explainCommand, named('ali'), 'read', await logbook(COLLEGE, '6A', 'MATHS'), '--why');
    expect(holder).toMatch(/Ce que lit la personne : Une restriction enregistrée ferme cet accès\..* \(restricted\)$/);
  });

  it('about tells which categories may see data on a person, by rule, and never who', async () => {
    const told = await run(aboutCommand, named('paul'));
    expect(told).toMatch(
      /^Données sur Paul Bernard \(\w+\), qui peut les voir :\n\nAujourd’hui .* :\n {2}comme élève, /,
    );
    expect(told).toMatch(/ {2}comme élève, cahiers de textes, Collège Les Tilleuls\n(?: {4}.*\n)* {4}team : L’équipe/);
    for (const name of ['Tania', 'Hélène', 'Paula', 'Inès']) expect(told).not.toContain(name);
    const past = await run(aboutCommand, named('paul'), '--at', '2020-11-12');
    expect(past).toMatch(/Appliqué ce jour-là, 12\/11\/2020 12:00 :\n {2}rien\n\nConnu aujourd’hui .*:\n {2}rien$/);
  });

  it('assign gives a class and takes it back; direction opens the école and closes it', async () => {
    const book = await logbook(ECOLE, 'CE1', '');
    const denise = named('denise');
    expect(await run(assignCommand, ECOLE, denise, 'CE1', '--by', denise)).toMatch(/a la classe CE1.*1 fait/);
    expect(await run(whoCommand, 'write', book)).toContain('Denise Caron');
    expect(await run(assignCommand, ECOLE, denise, 'CE1')).toMatch(/rien à changer/);
    expect(await run(assignCommand, ECOLE, denise, 'CE1', '--end')).toMatch(/1 terminé/);
    expect(await run(whoCommand, 'write', book)).not.toContain('Denise Caron');
    expect(await run(directionCommand, ECOLE, denise, '--decision', 'DASEN 41')).toMatch(/lit tous les cahiers/);
    expect(await run(whoCommand, 'read', book)).toMatch(/Denise Caron \(\w+\) : direction/);
    expect(await run(directionCommand, ECOLE, denise, '--end')).toMatch(/ne lit plus/);
    expect(await run(whoCommand, 'read', book)).not.toContain('Denise Caron');
  });

  it('what cannot be is refused by name', async () => {
    const book = await logbook(COLLEGE, '6A', 'MATHS');
    for (const [code, command, ...args] of [
      ['bad_argument', explainCommand, named('tom'), 'read'],
      ['bad_argument', explainCommand, named('tom'), 'delete', book],
      ['bad_argument', explainCommand, named('tom'), 'read', book, '--at', 'yesterday'],
      ['bad_argument', explainCommand, named('tom'), 'read', book, '--at', '2026-11-12T25:00'],
      ['bad_argument', explainCommand, named('tom'), 'read', book, '--at', '2026-02-30T08:00Z'],
      ['bad_argument', explainCommand, named('tom'), 'read', book, '--on', '2026-11-12'],
      ['unknown_person', explainCommand, '090:9999', 'read', book],
      ['unknown_logbook', explainCommand, named('tom'), 'read', 'none'],
      ['unknown_logbook', whoCommand, 'read', 'none'],
      ['not_found', explainCommand, named('tom'), 'read', 'absence:none'],
      ['not_found', explainCommand, named('tom'), 'activate', 'school:none'],
      ['bad_argument', explainCommand, named('tom'), 'read', `school:${COLLEGE}`],
      ['bad_argument', explainCommand, named('tom'), 'read', 'group:none'],
      ['bad_argument', explainCommand, named('tom'), 'burn', book],
      ['bad_argument', whoCommand, 'read', book, '--from', '2026-11-12'],
      ['bad_argument', whoCommand, 'read', book, '--from', '2026-11-12', '--to', '2026-11-11'],
      ['bad_argument', whoCommand, 'read', book, '--from', '2026-11-12', '--to', '2026-11-12', '--at', '2026-11-12'],
      ['not_allowed', assignCommand, COLLEGE, named('tom'), '6A'],
      ['not_allowed', assignCommand, ECOLE, named('tom'), 'CE1'],
      ['unknown_class', assignCommand, ECOLE, named('marc'), 'CP'],
      ['unknown_school', assignCommand, '9999999Z', named('marc'), 'CP'],
      ['not_allowed', directionCommand, ECOLE, named('marc'), '--decision', 'x'],
      ['not_allowed', directionCommand, COLLEGE, named('helene'), '--decision', 'x'],
      ['bad_argument', directionCommand, ECOLE, named('denise')],
      ['bad_argument', directionCommand, ECOLE, named('denise'), '--decision', 'x', '--end'],
      ['bad_argument', directionCommand, ECOLE, named('denise'), '--decision', 'x', '--until', '2020-01-01'],
      ['bad_argument', directionCommand, ECOLE, named('denise'), '--decision', 'x', '--until', '2026-02-30'],
    ] as const)
      await expect(run(command, ...args), args.join(' ')).rejects.toMatchObject({ code });
  });
});
