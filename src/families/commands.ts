// Families on the command line: what was asked for on paper, written down; and what stands.

import { readArguments } from '../acts/arguments.ts';
import { OPERATOR } from '../acts/offices.ts';
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { findPerson } from '../directory/persons.ts';
import { dayOf } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { childrenOf } from './children.ts';
import { disputesAt, settleDispute } from './disputes.ts';
import { joinOnPaper, joinsWith, separate } from './families.ts';

const JOIN = '`preau join PERSON RECORD --request REFERENCE`';
const SEPARATE = '`preau separate JOIN --request REFERENCE`';
const FAMILY = '`preau family PERSON`';
const DISPUTE = '`preau dispute list UAI`, or `preau dispute uphold|withdraw DISPUTE --decision REFERENCE`';

/** `preau join`: joins to a person another record of theirs, proven on paper. */
export async function joinCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(JOIN, args, 2, ['request']);
  const [who = '', other = ''] = given.words;
  const reference = given.text('request');
  if (reference === undefined) throw given.wrong();
  const person = await personNamed(db, who);
  const record = await personNamed(db, other);
  const { join } = await joinOnPaper(db, { survivor: person.id, record: record.id, reference, at: Date.now() });
  print(`La fiche ${record.id} est réunie au compte de ${fullName(person)}. Réunion ${join.id}.`);
  if (join.suspended) print('Le compte de cette fiche est en attente : il ne se connecte plus.');
}

/** `preau separate`: undoes a join whole, as asked for on paper. */
export async function separateCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(SEPARATE, args, 1, ['request']);
  const reference = given.text('request');
  if (reference === undefined) throw given.wrong();
  const { join } = await separate(db, { join: given.words[0] ?? '', by: OPERATOR, reference, at: Date.now() });
  print(`La fiche ${join.record} est séparée : elle dit de nouveau ce qu’elle seule dit.`);
  if (join.suspended) print('Son compte se connecte de nouveau.');
}

/** `preau family`: the children of a person, and the records that are joined to it. */
export async function familyCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(FAMILY, args, 1, []);
  const person = await personNamed(db, given.words[0] ?? '');
  const children = await childrenOf(db, { person: person.id, at: Date.now() });
  print(`${fullName(person)} : ${children.length === 0 ? 'aucun enfant' : `${children.length} enfant(s)`}`);
  for (const { givenName, familyName, classes, school, schoolName } of children)
    print(`  ${givenName} ${familyName}, ${[...classes, schoolName].join(', ')} (${school})`);
  for (const { id, record, proof, joinedAt } of await joinsWith(db, person.id))
    print(`  fiche ${record} réunie le ${dayOf(joinedAt)} (${proofs[proof]}) : réunion ${id}`);
}

const proofs = {
  code: 'code',
  credentials: 'deux comptes',
  paper: 'sur demande écrite',
  upstream: 'dit par un service d’identité',
} as const;

/** `preau dispute`: what people say of whom they represent, and what the school has decided. */
export async function disputeCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(DISPUTE, args, 2, ['decision']);
  const [verb = '', of = ''] = given.words;
  const decision = given.text('decision');
  if (verb === 'list' && decision === undefined) return listDisputes(db, of, print);
  if ((verb !== 'uphold' && verb !== 'withdraw') || decision === undefined) throw given.wrong();
  const outcome = verb === 'uphold' ? 'upheld' : 'withdrawn';
  await settleDispute(db, { id: of, outcome, decision, by: OPERATOR, at: Date.now() });
  print(outcome === 'upheld' ? 'Signalement confirmé.' : 'Signalement levé : la lecture reprend selon les droits.');
}

async function listDisputes(db: Db, school: string, print: CommandContext['print']): Promise<void> {
  const found = await disputesAt(db, school, Date.now());
  if (found.length === 0) print('Aucun signalement.');
  for (const { id, person, child, state, openedAt } of found) {
    const [who, whom] = [await findPerson(db, person), await findPerson(db, child)];
    const told = state === 'open' ? 'à vérifier' : 'confirmé';
    print(
      `${id}  ${fullName(who)} dit ne pas être responsable légal de ${fullName(whom)}, ${dayOf(openedAt)}, ${told}`,
    );
  }
}
