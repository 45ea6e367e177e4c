// Who can sign in to the demo: members of the sample's cast, each showing one rule, and one password for all of them.
import { findByExternalId } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { SAMPLE_ACADEMY, type SampleCastName, sampleCast } from '../feed/sample/cast.ts';
import type { Db } from '../storage/storage.ts';

/** Held to the same rules as any password; it opens nothing but this demo, whose database goes when it stops. */
export const DEMO_PASSWORD = 'ardoise-mappemonde';

/** Those who have an account, in the order of the printed table, with what there is to see. */
export const demoAccounts = [
  { who: 'tom', sees: 'écrit dans ses cahiers, lit ceux de l’équipe' },
  { who: 'tania', sees: 'écrit dans le sien, lit ceux de l’équipe' },
  { who: 'david', sees: 'lit tous ceux du collège, n’écrit dans aucun ; avec un code (« Leur téléphone »)' },
  { who: 'helene', sees: 'lit tous ceux du collège, n’écrit dans aucun ; avec un code (« Leur téléphone »)' },
  { who: 'paul', sees: 'lit ceux de sa classe et de son groupe ; ouvre trois ressources d’éditeurs (voir plus bas)' },
  { who: 'paula', sees: 'lit ceux de ses trois enfants, école, collège, lycée' },
  { who: 'pierre', sees: 'lit ceux de Paul ; réunit sa seconde fiche pour retrouver Léa (voir plus bas)' },
  { who: 'denise', sees: 'écrit dans le cahier de sa classe' },
  { who: 'noe', sees: 'lit ceux de sa classe, au lycée' },
  { who: 'berthe', sees: 'n’en voit aucun : elle n’est pas l’adjointe du chef' },
  { who: 'carla', sees: 'n’en voit aucun sans autorisation' },
  { who: 'diane', sees: 'n’en voit aucun sans autorisation ; affecte les licences du collège' },
] as const satisfies readonly { who: SampleCastName; sees: string }[];

export interface DemoPerson {
  readonly identifier: string;
  readonly password: string;
  readonly name: string;
  readonly is: string;
  readonly sees: string;
}

/** The key of a member of the cast, once the export is imported. */
export async function keyOf(db: Db, who: SampleCastName): Promise<string> {
  const key = await findByExternalId(db, SAMPLE_ACADEMY, sampleCast[who].id);
  if (!key) throw new Refusal('unknown_person', `the sample export did not bring \`${who}\``);
  return key;
}

/** `tom.garnier` */
export function identifierOf(who: SampleCastName): string {
  const { givenName, familyName } = sampleCast[who];
  const plain = `${givenName}.${familyName}`.normalize('NFD').replace(/[^a-zA-Z.-]/g, '');
  return plain.toLowerCase();
}

/** Someone of the printed table. */
export function introduce({ who, sees }: (typeof demoAccounts)[number]): DemoPerson {
  const { givenName, familyName, is } = sampleCast[who];
  return { identifier: identifierOf(who), password: DEMO_PASSWORD, name: `${givenName} ${familyName}`, is, sees };
}
