// The staff of an invented school: who directs it, who teaches what to whom, and the awkward cases of services.
import { sampleSubjects } from './cast.ts';
import { diceFor, familyNames, givenNames } from './dice.ts';
import type { SamplePost, SampleService, SampleStaff } from './model.ts';
import { groupsOf, type Shape, shapeOf, taught } from './shape.ts';

/** Everyone who works at a school; those of an école or of a collège or lycée. */
export function staffOf(shape: Shape, seed: number): SampleStaff[] {
  return shape.kind === 'ECOLE' ? primary(shape, seed) : secondary(shape, seed);
}

/** One teacher per class; the director teaches too, but for one école in two. */
function primary(shape: Shape, seed: number): SampleStaff[] {
  const ens = post(shape, 'ENS', 'ENSEIGNEMENT');
  const direction = post(shape, 'DEC', "DIRECTION D'ECOLE");
  const discharged = shape.number % 2 === 0;
  const director = {
    ...member(shape, seed, 0, discharged ? [direction] : [ens, direction]),
    teacher: !discharged,
    directs: [shape.id],
  };
  const masters = shape.classes.map((_, order) => ({ ...member(shape, seed, order + 1, [ens]), teacher: true }));
  return [director, ...masters];
}

function secondary(shape: Shape, seed: number): SampleStaff[] {
  const offices: SamplePost[] = [
    post(shape, 'DIR', 'DIRECTION', 'D0010', "CHEF D'ETABLISSEMENT"),
    post(shape, 'DIR', 'DIRECTION', 'D0011', 'ADJOINT'),
    post(shape, 'ADF', 'PERSONNELS ADMINISTRATIFS', 'A0030', 'ADJOINT GESTIONNAIRE'),
    post(shape, 'EDU', 'EDUCATION', 'E0030', 'CPE'),
    post(shape, 'DOC', 'DOCUMENTATION', 'L0080', 'DOCUMENTALISTE'),
    post(shape, 'AED', "ASSISTANT D'EDUCATION", 'S0054', 'SURVEILLANT'),
  ];
  const staff = offices.map((office, order) => member(shape, seed, order, [office]));
  for (const subject of taught[shape.kind]) {
    const { code } = sampleSubjects[subject];
    for (let first = 0; first < shape.classes.length; first += 4) {
      const classes = shape.classes.slice(first, first + 4).map((one) => serve(shape, one.code, code));
      const leads =
        subject === 'french' ? classes.slice(0, 1).map(({ school, audience }) => ({ school, audience })) : [];
      staff.push({ ...teacher(shape, seed, staff.length), classes, leads });
    }
  }
  const groups = groupsOf(shape).map((group) => serve(shape, group.code, sampleSubjects.spanish.code));
  for (let first = 0; first < groups.length; first += 4)
    staff.push({ ...teacher(shape, seed, staff.length), groups: groups.slice(first, first + 4) });
  staff.push(shared(shape, seed, staff.length));
  return staff;
}

/** A teacher of arts who also serves at the collège before this one; where there is none, a replacement teacher. */
function shared(shape: Shape, seed: number, order: number): SampleStaff {
  const own = serve(shape, shape.classes[0]?.code ?? '', sampleSubjects.arts.code);
  const before = shapeOf(shape.number - 1, seed);
  const one = teacher(shape, seed, order);
  if (before.kind !== 'COLLEGE') return { ...one, managedBy: '', posts: [], classes: [own] };
  const there = serve(before, before.classes[0]?.code ?? '', sampleSubjects.arts.code);
  return { ...one, posts: [...one.posts, post(before, 'ENS', 'ENSEIGNEMENT')], classes: [own, there] };
}

function teacher(shape: Shape, seed: number, order: number): SampleStaff {
  return { ...member(shape, seed, order, [post(shape, 'ENS', 'ENSEIGNEMENT')]), teacher: true };
}

function member(shape: Shape, seed: number, order: number, posts: readonly SamplePost[]): SampleStaff {
  const dice = diceFor(seed, 'staff', shape.number, order);
  return {
    id: String(90_000_000 + shape.number * 500 + order),
    givenName: dice.pick(givenNames),
    familyName: dice.pick(familyNames).replace('-', ' '),
    birthDate: `${1962 + dice.roll(38)}-${10 + dice.roll(3)}-${10 + dice.roll(18)}`,
    managedBy: shape.id,
    posts,
    teacher: false,
    classes: [],
    groups: [],
    leads: [],
    directs: [],
  };
}

function post(shape: Shape, code: string, label: string, poste?: string, posteLabel?: string): SamplePost {
  const held = { school: shape.id, code, label };
  return poste === undefined || posteLabel === undefined ? held : { ...held, poste, posteLabel };
}

function serve(shape: Shape, audience: string, subject: string): SampleService {
  return { school: shape.id, audience, subject };
}
