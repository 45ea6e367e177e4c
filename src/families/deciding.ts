// Who settles what concerns a family at a school: whoever decides requests there, and who stands in when that one is concerned.
import { type Act, holdsOffice, OPERATOR } from '../acts/offices.ts';
import { factsAbout } from '../facts/facts.ts';
import { list, may } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';

/** The head or the director; a deputy to whom it is delegated; in first degree, the authority above. The operator writes down. */
export async function settlesAt(db: Db, { school, by, at }: Act): Promise<boolean> {
  if (by === OPERATOR) return true;
  const resource = { type: 'school', id: school } as const;
  if ((await may(db, { person: by, action: 'decide', resource, when: { at } })).allowed) return true;
  return holdsOffice(db, { school, by, at }, ['authority'], { office: 'deputy', act: 'families' });
}

/** The schools where a person does, by UAI. */
export async function schoolsSettledBy(db: Db, { person, at }: { person: string; at: number }): Promise<string[]> {
  const decided = (await list(db, { person, action: 'decide', type: 'school', when: { at } })).map(({ id }) => id);
  const held = await factsAbout(db, 'subject', person, at, ['delegated', 'authority']);
  const schools = new Set(decided);
  for (const school of new Set(held.map((fact) => fact.school)))
    if (await settlesAt(db, { school, by: person, at })) schools.add(school);
  return [...schools].sort();
}
