// S0.11: the head validates what one colleague opens to another; neither act opens anything alone (I4).
import { type Grant, listGrants, standingOf } from '../../acts/grants.ts';
import { who } from '../../rights/rights.ts';
import { liveFacts, namesOf, type Point, type Scene, whenAny } from '../point.ts';

const deciding: readonly (string | null)[] = ['head', 'delegate', 'direction'];

export async function validation(scene: Scene): Promise<Point> {
  const { db, school, at } = scene;
  const grants = new Map((await listGrants(db, { schools: [school.uai] })).map((grant) => [grant.id, grant]));
  const open = await liveFacts(scene, 'granted');
  const unsound = open.filter(({ subject, properties }) => !isSound(grants.get(String(properties.grant)), subject));
  const waiting = [...grants.values()].filter((grant) => standingOf(grant, at) === 'offered').length;
  const validators = await validatorsOf(scene);
  return {
    code: 'S0.11',
    question: 'La direction valide les autorisations que se donnent les collègues',
    holds: unsound.length === 0 && validators.length > 0,
    evidence: [
      validators.length > 0
        ? `peuvent valider : ${validators.join(', ')}`
        : 'personne ne peut valider : aucune direction, ou aucune décision, n’est enregistrée',
      `${open.length - unsound.length} autorisation(s) en cours, chacune proposée par l’auteur du cahier, puis validée par quelqu’un d’autre`,
      `${waiting} en attente de validation : elles n’ouvrent rien`,
      ...whenAny(unsound.length, `${unsound.length} autorisation(s) en cours sans les deux actes`),
    ],
  };
}

/** Two acts, by two persons, neither of whom is let in. */
function isSound(grant: Grant | undefined, beneficiary: string): boolean {
  if (!grant || grant.beneficiary !== beneficiary || grant.state !== 'granted') return false;
  const { offeredBy, offeredAt, decidedBy, decidedAt, decidedAs } = grant;
  if (!offeredBy || !decidedBy || offeredAt === null || decidedAt === null) return false;
  return (
    deciding.includes(decidedAs) && offeredAt <= decidedAt && new Set([offeredBy, decidedBy, beneficiary]).size === 3
  );
}

async function validatorsOf(scene: Scene): Promise<string[]> {
  const [first] = scene.logbooks;
  if (!first) return [];
  const resource = { type: 'logbook', id: first } as const;
  const may = await who(scene.db, { action: 'validate', resource, when: { at: scene.at } });
  return namesOf(
    scene,
    may.map(({ person }) => person),
  );
}
