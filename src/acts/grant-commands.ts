// Openings and delegations on the command line: what persons decide on paper, and the operator's own suspension.
import type { CommandContext } from '../command.ts';
import { findLogbook, listLogbooks } from '../directory/logbooks.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { findPerson, listPersons } from '../directory/persons.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import type { Act } from './acts.ts';
import { actorNamed, datesNamed, type Given, lastDay, readArguments } from './arguments.ts';
import { type DelegatedAct, delegate, delegatedActs, endDelegation, listDelegations } from './delegations.ts';
import {
  askGrant,
  endGrant,
  type Grant,
  listGrants,
  offerGrant,
  refuseGrant,
  type Standing,
  standingOf,
  type Title,
  validateGrant,
} from './grants.ts';
import { OPERATOR } from './offices.ts';

const GRANT =
  '`preau grant ask LOGBOOK [--until DAY] --by PERSON`, `offer LOGBOOK PERSON [--from DAY] --until DAY --by OWNER`, `validate ID --by HEAD`, `refuse ID [--reason TEXT] --by PERSON`, `end ID [--reason TEXT] [--by PERSON]`, or `list [--school UAI] [--logbook KEY] [--person PERSON]`';
const DELEGATE =
  '`preau delegate UAI DEPUTY visa|validate|revoke|absences|families|all --decision REFERENCE [--from DAY] [--until DAY] [--by HEAD]`, with `--end` instead of the decision, or `preau delegate list UAI`';

const DAY = 86_400_000;

const STANDINGS: Record<Standing, string> = {
  asked: 'demandée, attend la personne qui tient le cahier',
  offered: 'proposée, attend la direction',
  granted: 'validée',
  refused: 'refusée',
  lifted: 'refus levé',
  ended: 'terminée',
  expired: 'arrivée à son terme',
};

const TITLES: Record<Title, string> = {
  owner: 'par la personne qui tient le cahier',
  head: 'par la direction',
  delegate: 'par délégation de signature',
  direction: 'par la direction de l’école',
  beneficiary: 'par la personne à qui il était ouvert',
  operator: 'suspension technique',
  departure: 'départ de l’établissement',
};

const ACTS: Record<DelegatedAct, string> = {
  visa: 'viser les cahiers',
  validate: 'valider les ouvertures',
  revoke: 'mettre fin aux ouvertures',
  absences: 'enregistrer les absences',
  families: 'décider de ce qui touche les familles',
};

/** `preau grant`: openings of logbooks to colleagues, step by step. */
export async function grantCommand({ db, args, print }: CommandContext): Promise<void> {
  const [verb = '', ...rest] = args;
  const run = verbs[verb];
  if (!run) throw new Refusal('bad_argument', `expected ${GRANT}`);
  const grants = await run(db, rest);
  for (const grant of grants) await tell(db, grant, print);
  if (grants.length === 0) print('Aucune ouverture de cahier.');
}

type Verb = (db: Db, args: readonly string[]) => Promise<readonly Grant[]>;

const verbs: Readonly<Record<string, Verb>> = {
  ask: async (db, args) => {
    const given = readArguments(GRANT, args, 1, ['until', 'by']);
    const [logbook = ''] = given.words;
    return [await askGrant(db, { logbook, ...(await daysOf(db, given, logbook)), ...(await personsAct(db, given)) })];
  },
  offer: async (db, args) => {
    const given = readArguments(GRANT, args, 2, ['from', 'until', 'by']);
    const [logbook = '', who = ''] = given.words;
    const beneficiary = (await personNamed(db, who)).id;
    const act = await personsAct(db, given);
    return [await offerGrant(db, { logbook, beneficiary, ...(await daysOf(db, given, logbook)), ...act })];
  },
  validate: async (db, args) => {
    const given = readArguments(GRANT, args, 1, ['by']);
    return [await validateGrant(db, { grant: given.words[0] ?? '', ...(await personsAct(db, given)) })];
  },
  refuse: async (db, args) => {
    const given = readArguments(GRANT, args, 1, ['reason', 'by']);
    const told = { grant: given.words[0] ?? '', reason: given.text('reason') };
    return [await refuseGrant(db, { ...told, ...(await personsAct(db, given)) })];
  },
  end: async (db, args) => {
    const given = readArguments(GRANT, args, 1, ['reason', 'by']);
    const told = { grant: given.words[0] ?? '', reason: given.text('reason') };
    const by = await actorNamed(db, given);
    const act: Act = by === OPERATOR ? { by, at: Date.now() } : await personsAct(db, given);
    return [await endGrant(db, { ...told, ...act })];
  },
  list: async (db, args) => {
    const given = readArguments(GRANT, args, 0, ['school', 'logbook', 'person']);
    const [school, logbook, person] = ['school', 'logbook', 'person'].map((name) => given.text(name));
    return listGrants(db, {
      schools: school === undefined ? undefined : [school],
      logbooks: logbook === undefined ? undefined : [logbook],
      beneficiary: person === undefined ? undefined : (await personNamed(db, person)).id,
    });
  },
};

/** The act of a person, which the operator only writes down: there is no other way to act for somebody. */
async function personsAct(db: Db, given: Given): Promise<Act> {
  const by = await actorNamed(db, given);
  if (by === OPERATOR) throw given.wrong();
  return { by, at: Date.now(), writtenDown: true };
}

/** Today is from now on: the day has begun. */
async function daysOf(db: Db, given: Given, logbook: string): Promise<{ from?: number; until?: number }> {
  const { from, until } = await datesNamed(db, given, (await findLogbook(db, logbook)).school);
  const now = Date.now();
  const begun = from !== undefined && from <= now && now < from + DAY;
  return { ...(from !== undefined && !begun && { from }), ...(until !== undefined && { until }) };
}

async function tell(db: Db, grant: Grant, print: (line: string) => void): Promise<void> {
  const { id, logbook, beneficiary, endsAt, decidedAs, endedAs } = grant;
  const [named] = await listLogbooks(db, [logbook]);
  const [school] = await listSchools(db, [grant.school]);
  const about = [named?.audienceLabel, named?.subjectLabel].filter(Boolean).join(', ');
  const standing = standingOf(grant, Date.now());
  const title =
    standing === 'ended' || standing === 'lifted'
      ? endedAs
      : standing === 'asked' || standing === 'offered'
        ? null
        : decidedAs;
  const how = title ? `, ${TITLES[title]}` : '';
  const who = fullName(await findPerson(db, beneficiary));
  const until = lastDay(endsAt, school?.zone ?? 'Europe/Paris');
  print(`${id}  ${about}, ${named?.schoolName} (${logbook}), à ${who}, ${until} : ${STANDINGS[standing]}${how}.`);
}

/** `preau delegate`: what a deputy signs for the head. */
export async function delegateCommand({ db, args, print }: CommandContext): Promise<void> {
  const [verb, uai = ''] = args;
  if (verb === 'list' && args.length === 2) return tellDelegations(db, uai, print);
  const given = readArguments(DELEGATE, args, 3, ['decision', 'from', 'until', 'by', 'end!']);
  const [school = '', who = '', what = ''] = given.words;
  const deputy = await personNamed(db, who);
  const act = {
    school,
    deputy: deputy.id,
    acts: actsNamed(what, given),
    by: await actorNamed(db, given),
    at: Date.now(),
  };
  const decision = given.text('decision');
  if (given.has('end') === (decision !== undefined)) throw given.wrong();
  if (decision === undefined) {
    const ended = await endDelegation(db, act);
    print(`${fullName(deputy)} ne signe plus : ${ended} délégation(s) terminée(s).`);
  } else {
    const { from, until } = await datesNamed(db, given, school);
    const begun = from !== undefined && from <= act.at && act.at < from + DAY;
    await delegate(db, { ...act, decision, from: begun ? undefined : from, until });
    await tellDelegations(db, school, print);
  }
}

function actsNamed(what: string, given: Given): readonly DelegatedAct[] | 'all' {
  if (what === 'all') return what;
  const act = delegatedActs.find((one) => one === what);
  if (!act) throw given.wrong();
  return [act];
}

async function tellDelegations(db: Db, uai: string, print: (line: string) => void): Promise<void> {
  const delegations = await listDelegations(db, { school: uai, at: Date.now() });
  const [school] = await listSchools(db, [uai]);
  if (!school) throw new Refusal('unknown_school', `no school has the UAI \`${uai}\``, { uai });
  const deputies = delegations.map(({ deputy }) => deputy);
  const names = new Map((await listPersons(db, deputies)).map((person) => [person.id, fullName(person)]));
  print(`${school.name} (${uai}) : ${delegations.length} délégation(s) de signature.`);
  for (const { deputy, act, decision, standingIn, until } of delegations) {
    const as = standingIn ? 'par suppléance' : 'par délégation';
    print(`  ${names.get(deputy) ?? deputy} : ${ACTS[act]}, ${as} (${decision}), ${lastDay(until, school.zone)}`);
  }
}
