// Agreements (conventions) of a collectivity with an academy: no school exchanges with the GAR without one in force (I13).

import { audit } from '../audit/audit.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, currentFacts, lockSchool } from '../facts/facts.ts';
import { type Db, inPieces, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { isLine } from './lines.ts';
import { deriveOffers, keepOffered } from './offers.ts';

/** A signed agreement is in force from its start to its end; one that has ended says so by its dates. */
export const agreementStates = ['draft', 'filed', 'accepted', 'signed', 'revoked'] as const;

export type AgreementState = (typeof agreementStates)[number];

/** Where each state leads. What is revoked stays so: another agreement is another file. */
const moves: Readonly<Record<AgreementState, readonly AgreementState[]>> = {
  draft: ['draft', 'filed', 'accepted', 'signed', 'revoked'],
  filed: ['filed', 'accepted', 'signed', 'revoked'],
  accepted: ['accepted', 'signed', 'revoked'],
  signed: ['signed', 'revoked'],
  revoked: ['revoked'],
};

export interface Agreement {
  /** The number of the online file. */
  readonly reference: string;
  readonly collectivity: string;
  readonly siren: string;
  readonly academy: string;
  readonly state: AgreementState;
  /** UTC milliseconds, half-open. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** SHA-256, hexadecimal, of what was signed. */
  readonly documentHash?: string | undefined;
  /** The UAI of the schools, in their order. */
  readonly schools: readonly string[];
}

interface Row {
  reference: string;
  collectivity: string;
  siren: string;
  academy: string;
  state: AgreementState;
  starts_at: number;
  ends_at: number;
  document_hash: string | null;
  recorded_at: number;
  changed_at: number;
}

interface By {
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * Records an agreement as its file now stands: new, moved on, or with other schools and dates. What is in force follows
 * at once, in every school, or in none. Says whether anything changed. Refuses `agreement_refused`, naming the
 * `member`, and `agreement_move_refused`.
 */
export async function recordAgreement(db: Db, asked: Agreement & By): Promise<{ changed: boolean }> {
  return recordOnce(db, asked).catch((error) => {
    // somebody else recorded the same new file a moment before: it is no longer new
    if (isUniqueViolation(error)) return recordOnce(db, asked);
    throw error;
  });
}

function recordOnce(db: Db, { by, at, ...asked }: Agreement & By): Promise<{ changed: boolean }> {
  const agreement = { ...asked, schools: [...new Set(asked.schools)].sort() };
  return inTransaction(db, async (tx) => {
    await requireWhole(tx, agreement);
    const before = await lockAgreement(tx, agreement.reference);
    if (before && !moves[before.state].includes(agreement.state))
      throw new Refusal('agreement_move_refused', `what is ${before.state} does not become ${agreement.state}`, {
        before: before.state,
        after: agreement.state,
      });
    if (before && sameAs(before, agreement)) return { changed: false };
    await write(tx, agreement, { before, at });
    await putInForce(tx, agreement, { before, by, at });
    await audit(tx, {
      at,
      event: `agreement.${agreement.state}`,
      actor: by,
      details: { agreement: agreement.reference, schools: agreement.schools.length },
    });
    return { changed: true };
  });
}

/** Ends a signed agreement now: its schools exchange nothing more with the GAR from this instant. `unknown_agreement`, `agreement_move_refused`. */
export async function endAgreement(db: Db, { reference, by, at }: { reference: string } & By): Promise<void> {
  const before = await findAgreement(db, reference);
  if (before.state !== 'signed')
    throw new Refusal('agreement_move_refused', 'expected an agreement that is signed', { before: before.state });
  await recordAgreement(db, { ...before, state: 'revoked', by, at });
}

/** `unknown_agreement` when there is none. */
export async function findAgreement(db: Db, reference: string): Promise<Agreement> {
  const [found] = await listAgreements(db, { reference });
  if (!found) throw new Refusal('unknown_agreement', `no agreement has the reference \`${reference}\``);
  return found;
}

/** Agreements, in the order of their references: all, one, or those of a school. */
export async function listAgreements(
  db: Db,
  { reference, school }: { reference?: string; school?: string } = {},
): Promise<Agreement[]> {
  const query = db('agreement').orderBy('reference');
  if (reference !== undefined) query.where({ reference });
  if (school !== undefined) query.whereIn('reference', db('agreement_school').where({ school }).select('agreement'));
  const rows = (await query) as Row[];
  const places: { agreement: string; school: string }[] = [];
  for (const piece of inPieces(rows.map((row) => row.reference)))
    places.push(...(await db('agreement_school').whereIn('agreement', piece).orderBy('school')));
  const schools = new Map<string, string[]>();
  for (const place of places) schools.set(place.agreement, [...(schools.get(place.agreement) ?? []), place.school]);
  return rows.map((row) => toAgreement(row, schools.get(row.reference) ?? []));
}

/** Whether a school exchanges with the GAR at an instant, by an agreement in force. */
export async function isConnected(db: Db, school: string, at: number): Promise<boolean> {
  const facts = await currentFacts(db, { school, relations: ['connected'], endingAfter: at });
  return facts.some(({ validFrom }) => validFrom <= at);
}

/** The UAI of all schools that exchange with the GAR at an instant. */
export async function connectedSchools(db: Db, at: number): Promise<ReadonlySet<string>> {
  const signed = (await listAgreements(db)).filter(({ state, startsAt, endsAt }) => {
    return state === 'signed' && startsAt <= at && at < endsAt;
  });
  return new Set(signed.flatMap(({ schools }) => schools));
}

async function requireWhole(tx: Db, agreement: Agreement): Promise<void> {
  const known = new Set((await listSchools(tx, agreement.schools)).map(({ uai }) => uai));
  const { reference, collectivity, siren, academy, startsAt, endsAt, documentHash } = agreement;
  const members: readonly (readonly [member: string, good: boolean])[] = [
    ['reference', isLine(reference, 45)],
    ['collectivity', isLine(collectivity, 200)],
    ['siren', /^\d{9}$/.test(siren)],
    ['academy', isLine(academy, 40)],
    ['dates', Number.isSafeInteger(startsAt) && Number.isSafeInteger(endsAt) && startsAt < endsAt],
    ['document', documentHash === undefined || /^[0-9a-f]{64}$/.test(documentHash)],
    ['schools', agreement.schools.length > 0 && agreement.schools.every((uai) => known.has(uai))],
    ['document', agreement.state !== 'signed' || documentHash !== undefined],
  ];
  const wrong = members.find(([, good]) => !good)?.[0];
  if (wrong) throw new Refusal('agreement_refused', `expected \`${wrong}\` to be whole`, { member: wrong });
}

/** The agreement as it stands, held until the end of the transaction; two that are recorded at once follow each other. */
async function lockAgreement(tx: Db, reference: string): Promise<Agreement | undefined> {
  await tx('agreement').where({ reference }).update({ reference });
  return (await listAgreements(tx, { reference }))[0];
}

async function write(
  tx: Db,
  agreement: Agreement,
  { before, at }: { before: Agreement | undefined; at: number },
): Promise<void> {
  const { reference, collectivity, siren, academy, state, startsAt, endsAt, documentHash, schools } = agreement;
  const said = {
    collectivity,
    siren,
    academy,
    state,
    starts_at: startsAt,
    ends_at: endsAt,
    document_hash: documentHash ?? null,
    changed_at: at,
  };
  if (before) await tx('agreement').where({ reference }).update(said);
  else await tx('agreement').insert({ reference, ...said, recorded_at: at });
  await tx('agreement_school').where({ agreement: reference }).delete();
  for (const piece of inPieces(schools.map((school) => ({ agreement: reference, school }))))
    await tx('agreement_school').insert(piece);
}

/** Makes the facts of every school what the agreement now says; schools are taken in the order of their UAI. */
async function putInForce(
  tx: Db,
  agreement: Agreement,
  { before, by, at }: { before: Agreement | undefined } & By,
): Promise<void> {
  const { reference, state, schools, startsAt, endsAt } = agreement;
  const validFrom = Math.max(startsAt, at);
  const concerned = [...new Set([...schools, ...(before?.schools ?? [])])].sort();
  await keepOffered(tx, { schools: concerned, at });
  for (const school of concerned) {
    await lockSchool(tx, school);
    const present = (await currentFacts(tx, { school, relations: ['connected'], endingAfter: at })).filter(
      ({ properties }) => properties.agreement === reference,
    );
    const wanted = state === 'signed' && endsAt > validFrom && schools.includes(school);
    const good = present.filter(
      (fact) => wanted && fact.validTo === endsAt && Math.max(fact.validFrom, at) === validFrom,
    );
    const end = present.filter((fact) => !good.includes(fact));
    const properties = { agreement: reference };
    const fact = {
      relation: 'connected',
      subject: school,
      object: school,
      properties,
      validFrom,
      validTo: endsAt,
    } as const;
    const begin = wanted && good.length === 0 ? [fact] : [];
    await changeFacts(tx, { school, at, source: 'local', actor: by, begin, end });
    await deriveOffers(tx, { school, at, by });
  }
}

function sameAs(before: Agreement, after: Agreement): boolean {
  const told = ({ documentHash = '', ...rest }: Agreement) =>
    JSON.stringify(Object.entries({ ...rest, documentHash }).sort());
  return told(before) === told(after);
}

function toAgreement(row: Row, schools: readonly string[]): Agreement {
  return {
    reference: row.reference,
    collectivity: row.collectivity,
    siren: row.siren,
    academy: row.academy,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    ...(row.document_hash !== null && { documentHash: row.document_hash }),
    schools,
  };
}
