// Launches: what a pupil may open, and what publishers ask by AuthZEN, single and in batches, every answer compared.
import { offersOf } from '../../src/directory/offers.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { recordAgreement } from '../../src/resources/agreements.ts';
import { openPseudonyms } from '../../src/resources/pseudonyms.ts';
import { recordResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { type Db, inPieces } from '../../src/storage/storage.ts';
import { benchMediaCentre } from './media-centre.ts';
import type { Pace } from './metered.ts';
import type { Client } from './oidc-flows.ts';
import { openPreau } from './preau.ts';
import { fixed, say, title, whole } from './print.ts';
import { type Asked, questionsOverHttp } from './rights-http.ts';

const SCHOOLS = 8;
/** At each school: half of them for all pupils, half with a licence for one pupil in two. */
const RESOURCES = 60;
const QUESTIONS = 20_000;
const CONNECTIONS = 16;
const DAY = 86_400_000;
const PUBLISHER = '552081317_0000000121032683';
const DISTRIBUTOR = '461730832_0000000000000000';

export async function benchLaunches(pace: Pace): Promise<void> {
  title(`Launches: ${SCHOOLS} schools of ${RESOURCES} resources each, every answer compared with the expected one`);
  const preau = await openPreau({ schools: SCHOOLS, modules: 1, accounts: 0 });
  try {
    const start = performance.now();
    const { asked, client, facts, centre } = await preau.open(async (db, config) => {
      const pupils = await pupilsOf(db);
      const [[school = '', persons = []] = []] = pupils;
      // of one school, those who have a licence for everything keep their passwords for the media centre
      const few = persons.filter((_, place) => place % 2 === 0).slice(0, CONNECTIONS);
      await offerAll(db, [...pupils.keys()]);
      await openAccounts(
        db,
        [...pupils.values()].flat().filter((person) => !few.includes(person)),
      );
      const assigned = await assignHalf(db, pupils);
      const sheet = await addPublisher(db);
      const statements = await openStatements(db);
      const pseudonyms = openPseudonyms(db, statements, config.keyFor('pseudonyms'));
      const questions = await questionsOf(pupils, assigned, (person) => pseudonyms.of(PUBLISHER, person));
      await statements.close();
      const [counted] = await db('fact').count({ facts: '*' });
      const centre = { school, persons: few, resources: RESOURCES };
      return { asked: questions, client: sheet, facts: Number(counted?.facts), centre };
    });
    say(`Offered and assigned in ${fixed((performance.now() - start) / 1000, 1)} s; ${whole(facts)} facts in all.`);
    await benchMediaCentre(preau, pace, centre);
    await questionsOverHttp(preau, pace, { asked, atOnce: [CONNECTIONS], client });
  } finally {
    preau.close();
  }
}

/** The pupils of each school, by its UAI. */
async function pupilsOf(db: Db): Promise<Map<string, string[]>> {
  const rows: { school: string; subject: string }[] = await db('fact')
    .where({ relation: 'attends' })
    .orderBy(['school', 'subject'])
    .select('school', 'subject');
  const pupils = new Map<string, string[]>();
  for (const { school, subject } of rows) pupils.set(school, [...(pupils.get(school) ?? []), subject]);
  return pupils;
}

const arkOf = (number: number): string => `ark:/49591/ressource${number}.p`;
const isForAll = (number: number): boolean => number % 2 === 0;

async function offerAll(db: Db, schools: readonly string[]): Promise<void> {
  const at = Date.now();
  const act = { by: 'operator', at };
  await recordAgreement(db, {
    reference: 'CONV-1',
    collectivity: 'Collectivité du banc',
    siren: '225500016',
    academy: '099',
    state: 'signed',
    startsAt: at - DAY,
    endsAt: at + 300 * DAY,
    documentHash: 'ab'.repeat(32),
    schools,
    ...act,
  });
  for (let number = 0; number < RESOURCES; number += 1) {
    const id = arkOf(number);
    await recordResource(db, {
      id,
      name: `Ressource ${number}`,
      publisher: { id: PUBLISHER, name: 'Éditions du banc' },
      url: 'https://editions.example.org/',
      presentation: 'MUL',
      declared: ['IDO', 'UAI', 'PRO'],
      sector: 'publisher',
      schools: 'click',
      details: {
        typePedagogique: [],
        typologieDocument: [],
        niveauEducatif: [],
        domaineEnseignement: [],
        distributeurTech: PUBLISHER,
        validateurTech: PUBLISHER,
      },
      ...act,
    });
    await validateResource(db, { id, attributes: ['IDO', 'UAI', 'PRO'], ...act });
    const fields = {
      idAbonnement: `ABO-${number}`,
      idDistributeurCom: DISTRIBUTOR,
      idRessource: id,
      typeIdRessource: 'ark',
      libelleRessource: `Ressource ${number}`,
      debutValidite: new Date(at - 1000).toISOString(),
      finValidite: new Date(at + 200 * DAY).toISOString(),
      uaiEtab: schools,
      categorieAffectation: 'transferable',
      typeAffectation: isForAll(number) ? 'ETABL' : 'INDIV',
      ...(isForAll(number) ? { nbLicenceGlobale: 'ILLIMITE' } : { nbLicenceEleve: 10_000 }),
      publicCible: ['ELEVE'],
    };
    await createSubscription(db, {
      id: fields.idAbonnement,
      fields,
      distributor: DISTRIBUTOR,
      actor: 'operator',
      at,
    });
  }
}

/** Accounts without a password: nobody signs in here. */
async function openAccounts(db: Db, persons: readonly string[]): Promise<void> {
  const at = Date.now();
  const rows = [...new Set(persons)].map((person) => ({
    person,
    identifier: `mesure.${person}`,
    state: 'active',
    epoch: 0,
    opened_at: at,
    changed_at: at,
  }));
  for (const piece of inPieces(rows)) await db('account').insert(piece);
}

/** Licences of every second pupil for every resource that needs one; who has one, by school. */
async function assignHalf(db: Db, pupils: ReadonlyMap<string, readonly string[]>): Promise<Map<string, Set<string>>> {
  const assigned = new Map<string, Set<string>>();
  for (const [school, persons] of pupils) {
    const taken = persons.filter((_, place) => place % 2 === 0);
    assigned.set(school, new Set(taken));
    const offers = (await offersOf(db, { school })).filter(
      ({ resource }) => !isForAll(Number(/(\d+)\.p$/.exec(resource)?.[1])),
    );
    const begin = offers.flatMap(({ id }) =>
      taken.map(
        (subject) => ({ relation: 'assigned', subject, object: id, properties: { audience: 'pupil' } }) as const,
      ),
    );
    await changeFacts(db, { school, at: Date.now() - 1, source: 'derived', actor: 'operator', begin });
    const { length } = await currentFacts(db, { school, relations: ['assigned'] });
    if (length !== begin.length) throw new Error(`${length} licences were given, expected ${begin.length}`);
  }
  return assigned;
}

async function addPublisher(db: Db): Promise<Client> {
  const redirectUri = 'https://editions.example.org/callback';
  const { module, secret = '' } = await addModule(
    db,
    {
      id: 'editeur',
      name: 'Éditions du banc',
      purpose: 'Mesurer la vitesse du service.',
      responsible: 'Le banc de mesure',
      redirectUris: [redirectUri],
      scopes: ['openid', 'rights'],
      schools: 'all',
      resources: Array.from({ length: RESOURCES }, (_, number) => arkOf(number)),
    },
    { actor: 'system', at: Date.now() },
  );
  return { id: module.id, secret, redirectUri };
}

/** Half of them name the school, half leave it open; one in ten is about another school, one in twenty about nobody. */
async function questionsOf(
  pupils: ReadonlyMap<string, readonly string[]>,
  assigned: ReadonlyMap<string, ReadonlySet<string>>,
  pseudonymOf: (person: string) => Promise<string>,
): Promise<Asked[]> {
  const schools = [...pupils.keys()];
  const asked: Asked[] = [];
  for (let turn = 0; turn < QUESTIONS; turn += 1) {
    const home = schools[turn % schools.length]!;
    const persons = pupils.get(home)!;
    const person = persons[(turn * 7919) % persons.length]!;
    const number = (turn * 31) % RESOURCES;
    const isElsewhere = turn % 10 === 3;
    const isNobody = turn % 20 === 7;
    const uai = isElsewhere ? schools[(turn + 1) % schools.length] : turn % 2 === 0 ? home : undefined;
    const opens = (school: string) =>
      pupils.get(school)!.includes(person) && (isForAll(number) || assigned.get(school)!.has(person));
    asked.push({
      expected: !isNobody && (uai === undefined ? schools.some(opens) : opens(uai)),
      item: {
        subject: { type: 'user', id: isNobody ? 'f'.repeat(128) : await pseudonymOf(person) },
        action: { name: 'launch' },
        resource: { type: 'resource', id: arkOf(number), ...(uai !== undefined && { properties: { uai } }) },
      },
    });
  }
  return asked;
}
