// The three schools of the cast, with a few more pupils so that a class looks like one.
import {
  type CastMember,
  type SampleAudienceName,
  type SampleCastName,
  type SampleSchoolName,
  type SampleSubject,
  sampleAudiences,
  sampleCast,
  sampleSchools,
  sampleSubjects,
} from './cast.ts';
import { diceFor, familyNames, givenNames } from './dice.ts';
import type { SampleLink, SamplePost, SamplePupil, SampleRelative, SampleSchool, SampleStaff } from './model.ts';

/** Days that matter to a school year. */
export interface SampleDays {
  /** The calendar year the school year begins in. */
  readonly year: number;
  /** The day of the export, YYYY-MM-DD. */
  readonly export: string;
  /** The day pupils came in, YYYY-MM-DD. */
  readonly entry: string;
}

/** The cast's schools. `seed` changes the unnamed pupils only. */
export function castSchools(seed: number, days: SampleDays): SampleSchool[] {
  return [college(seed, days), lycee(seed, days), ecole(seed, days)];
}

function college(seed: number, days: SampleDays): SampleSchool {
  const make = pupilsOf('college', days);
  const extra = unnamed(seed, days, 'college', { sixiemeA: 6, sixiemeB: 6, cinquiemeC: 5 });
  return {
    ...skeleton('college'),
    pupils: [
      make('paul', 'sixiemeA', [mother('paula'), father('pierre'), contact('gina', '38')], { groups: ['latinists'] }),
      make('ines', 'sixiemeA', [father('ali')]),
      make('lucas', 'sixiemeB', [link('guardianship', '51', '1'), contact('flora', '42')], { groups: ['latinists'] }),
      make('zoe', 'cinquiemeC', [mother('paulette'), link('marius', '39', '2')]),
      make('awa', 'sixiemeB', [mother('oumou')]),
      make('hugo', 'cinquiemeC', []),
      make('maya', 'cinquiemeC', [link('elie', '1', '1'), link('ruth', '2', '2')]),
      make('nora', 'sixiemeB', [mother('samia')], { entered: shifted(days.export, 10) }),
      make('gabin', 'cinquiemeC', [mother('solene')], { left: shifted(days.export, -5) }),
      ...extra.pupils,
    ],
    relatives: [
      ...relatives(['paula', 'pierre', 'ali', 'gina', 'guardianship', 'flora', 'paulette', 'marius', 'oumou']),
      ...relatives(['ruth', 'elie', 'samia', 'solene']),
      ...extra.relatives,
    ],
    staff: [
      staff('helene', [post('college', 'DIR', 'DIRECTION', 'D0010', "CHEF D'ETABLISSEMENT")]),
      // since 2025 exports say of a deputy, too, that they are a teacher: the post decides
      { ...staff('david', [post('college', 'DIR', 'DIRECTION', 'D0011', 'ADJOINT')]), teacher: true },
      staff('berthe', [post('college', 'ADF', 'PERSONNELS ADMINISTRATIFS', 'A0030', 'ADJOINT GESTIONNAIRE')]),
      teacher('tom', 'college', [['maths', 'sixiemeA']], [['maths', 'latinists']]),
      { ...teacher('tania', 'college', [['french', 'sixiemeA']]), leads: [leads('sixiemeA')] },
      theo(),
      teacher('olga', 'college', [['maths', 'cinquiemeC']]),
      staff('carla', [post('college', 'EDU', 'EDUCATION', 'E0030', 'CPE')]),
      staff('diane', [post('college', 'DOC', 'DOCUMENTATION', 'L0080', 'DOCUMENTALISTE')]),
      staff('sylvie', [post('college', 'ADF', 'PERSONNELS ADMINISTRATIFS', 'A0040', 'SECRETARIAT')]),
      // a replacement teacher belongs to a zone, holds no post at the school, and teaches all the same
      { ...teacher('remi', 'college', [['french', 'sixiemeB']]), managedBy: '', posts: [] },
      staff('samir', [post('college', 'AED', "ASSISTANT D'EDUCATION", 'S0054', 'SURVEILLANT')]),
    ],
  };
}

function lycee(seed: number, days: SampleDays): SampleSchool {
  const make = pupilsOf('lycee', days);
  const extra = unnamed(seed, days, 'lycee', { terminale: 6, seconde: 6 });
  return {
    ...skeleton('lycee'),
    pupils: [
      make('noe', 'terminale', [mother('paula')]),
      // come of age: his own record among the relatives, and a father who no longer represents him
      make('adam', 'terminale', [link('adamSelf', '70', '1'), link('bruno', '20', '0')]),
      ...extra.pupils,
    ],
    relatives: [...relatives(['adamSelf', 'bruno']), ...extra.relatives],
    staff: [
      staff('henri', [post('lycee', 'DIR', 'DIRECTION', 'D0010', "CHEF D'ETABLISSEMENT")]),
      { ...teacher('lise', 'lycee', [['philosophy', 'terminale']]), leads: [leads('terminale')] },
      teacher('quentin', 'lycee', [['english', 'seconde']]),
    ],
  };
}

function ecole(seed: number, days: SampleDays): SampleSchool {
  const make = pupilsOf('ecole', days);
  const extra = unnamed(seed, days, 'ecole', { cm2: 5, ce1: 5, cp: 5 });
  const master = (name: SampleCastName) =>
    ({ ...staff(name, [post('ecole', 'ENS', 'ENSEIGNEMENT')]), teacher: true }) satisfies SampleStaff;
  return {
    ...skeleton('ecole'),
    pupils: [
      make('lea', 'cm2', [mother('paula'), father('pierreAtEcole')]),
      make('kenza', 'ce1', [father('ali')]),
      ...extra.pupils,
    ],
    relatives: [...relatives(['paula', 'ali', 'pierreAtEcole']), ...extra.relatives],
    staff: [
      {
        ...master('denise'),
        posts: [post('ecole', 'ENS', 'ENSEIGNEMENT'), post('ecole', 'DEC', "DIRECTION D'ECOLE")],
        directs: [sampleSchools.ecole.id],
      },
      master('marc'),
      master('fatou'),
    ],
  };
}

function skeleton(name: SampleSchoolName): Omit<SampleSchool, 'pupils' | 'relatives' | 'staff'> {
  const inSchool = Object.values(sampleAudiences).filter((audience) => audience.school === name);
  return {
    ...sampleSchools[name],
    classes: inSchool.filter((audience) => audience.kind === 'class'),
    groups: inSchool
      .filter((audience) => audience.kind === 'group')
      .map((group) => ({ ...group, classes: ['6A', '6B'] })),
  };
}

function pupilsOf(school: SampleSchoolName, days: SampleDays) {
  return (
    name: SampleCastName,
    inClass: SampleAudienceName,
    links: readonly SampleLink[],
    more: { groups?: readonly SampleAudienceName[]; entered?: string; left?: string } = {},
  ): SamplePupil => {
    const member: CastMember = sampleCast[name];
    return {
      ...names(member),
      birthDate: aged(member.birthDate ?? '2015-01-01', days),
      classes: [sampleAudiences[inClass].code],
      groups: (more.groups ?? []).map((group) => sampleAudiences[group].code),
      links,
      level: school === 'ecole' ? sampleAudiences[inClass].label : '',
      entered: more.entered ?? days.entry,
      left: more.left,
    };
  };
}

/** Pupils without a name of their own, one mother each, to fill the classes. */
function unnamed(
  seed: number,
  days: SampleDays,
  school: SampleSchoolName,
  counts: Partial<Record<SampleAudienceName, number>>,
): { pupils: SamplePupil[]; relatives: SampleRelative[] } {
  const dice = diceFor(seed, 'cast', school);
  const pupils: SamplePupil[] = [];
  const family: SampleRelative[] = [];
  const age = { ecole: 9, college: 11, lycee: 16 }[school];
  for (const [audience, count] of Object.entries(counts) as [SampleAudienceName, number][])
    for (let number = 0; number < count; number += 1) {
      const order = { ecole: 300, college: 100, lycee: 200 }[school] + pupils.length;
      const familyName = dice.pick(familyNames);
      const parent = { id: `5390${order}`, givenName: dice.pick(givenNames), familyName };
      family.push(parent);
      pupils.push({
        id: `5290${order}`,
        givenName: dice.pick(givenNames),
        familyName,
        birthDate: `${days.year - age}-${two(1 + dice.roll(12))}-${two(1 + dice.roll(28))}`,
        classes: [sampleAudiences[audience].code],
        groups: [],
        links: [{ relative: parent.id, type: '10', legal: '1' }],
        level: school === 'ecole' ? sampleAudiences[audience].label : '',
        entered: days.entry,
      });
    }
  return { pupils, relatives: family };
}

function staff(name: SampleCastName, posts: readonly SamplePost[]): SampleStaff {
  const member: CastMember = sampleCast[name];
  return {
    ...names(member),
    birthDate: member.birthDate ?? '1980-01-01',
    managedBy: posts[0]?.school ?? '',
    posts,
    teacher: false,
    classes: [],
    groups: [],
    leads: [],
    directs: [],
  };
}

function teacher(
  name: SampleCastName,
  school: SampleSchoolName,
  classes: readonly (readonly [SampleSubject, SampleAudienceName])[],
  groups: readonly (readonly [SampleSubject, SampleAudienceName])[] = [],
): SampleStaff {
  const serve = ([subject, audience]: readonly [SampleSubject, SampleAudienceName]) => ({
    school: sampleSchools[sampleAudiences[audience].school].id,
    audience: sampleAudiences[audience].code,
    subject: sampleSubjects[subject].code,
  });
  return {
    ...staff(name, [post(school, 'ENS', 'ENSEIGNEMENT')]),
    teacher: true,
    classes: classes.map(serve),
    groups: groups.map(serve),
  };
}

/** One person in two schools. */
function theo(): SampleStaff {
  return {
    ...teacher('theo', 'college', [['latin', 'terminale']], [['latin', 'latinists']]),
    posts: [post('college', 'ENS', 'ENSEIGNEMENT'), post('lycee', 'ENS', 'ENSEIGNEMENT')],
  };
}

function post(school: SampleSchoolName, code: string, label: string, poste?: string, posteLabel?: string): SamplePost {
  const held = { school: sampleSchools[school].id, code, label };
  return poste === undefined || posteLabel === undefined ? held : { ...held, poste, posteLabel };
}

function leads(audience: SampleAudienceName) {
  return {
    school: sampleSchools[sampleAudiences[audience].school].id,
    audience: sampleAudiences[audience].code,
  };
}

function link(name: SampleCastName, type: string, legal: '0' | '1' | '2'): SampleLink {
  return { relative: sampleCast[name].id, type, legal };
}

const mother = (name: SampleCastName) => link(name, '10', '1');
const father = (name: SampleCastName) => link(name, '20', '1');
const contact = (name: SampleCastName, type: string) => link(name, type, '0');

function relatives(who: readonly SampleCastName[]): SampleRelative[] {
  return who.map((name) => ({ ...names(sampleCast[name]), email: `${name.toLowerCase()}@famille.example` }));
}

function names({ id, givenName, familyName }: CastMember): CastMemberNames {
  return { id, givenName, familyName };
}

type CastMemberNames = Pick<CastMember, 'id' | 'givenName' | 'familyName'>;

/** The cast is aged for 2026; in another year everyone is born that much earlier or later. */
function aged(birthDate: string, days: SampleDays): string {
  return `${Number(birthDate.slice(0, 4)) + days.year - 2026}${birthDate.slice(4)}`;
}

/** A day some days later, YYYY-MM-DD. */
export function shifted(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
