// A proposal as it is written in a file: facts to begin and to end in a school, rules to drop and to add, or other rules.
import { z } from 'zod';
import { listAudiences } from '../directory/audiences.ts';
import { findLogbook } from '../directory/logbooks.ts';
import { personNamed } from '../directory/naming.ts';
import { offersOf } from '../directory/offers.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { endOfDay, startOfDay } from '../facts/calendar.ts';
import { catalogue, type Relation, type RelationEntry } from '../facts/catalogue.ts';
import { currentFacts, type Fact, type NewFact, type Properties } from '../facts/facts.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import { documentOf, presentDocument, type Rules, readDocument } from './document.ts';
import { instantNamed } from './telling.ts';
import type { Proposal } from './what-if.ts';

const properties = z.record(z.string().regex(/^\w+$/), z.union([z.string(), z.number(), z.boolean()]));

const fact = {
  relation: z.enum(Object.keys(catalogue) as [Relation, ...Relation[]]),
  subject: z.string().min(1),
  object: z.string().min(1),
  properties: properties.optional(),
};

const name = z.strictObject({ type: z.string(), action: z.string(), rule: z.string() });

const shape = z.union([
  z.strictObject({
    school: z.string(),
    begin: z.array(z.strictObject({ ...fact, from: z.string().optional(), until: z.string().optional() })).default([]),
    end: z.array(z.strictObject(fact)).default([]),
  }),
  z.strictObject({
    drop: z.array(name).default([]),
    add: z
      .array(
        z.strictObject({
          type: z.string(),
          action: z.string(),
          allow: z.unknown().optional(),
          forbid: z.unknown().optional(),
        }),
      )
      .default([]),
  }),
  z.strictObject({
    format: z.literal(JSON.parse(presentDocument).format as number),
    rules: z.record(z.string(), z.unknown()),
  }),
]);

type Written = z.infer<typeof shape>;
type WrittenFacts = Extract<Written, { school: string }>;
type WrittenRules = Extract<Written, { drop: unknown[] }>;

/**
 * Reads a proposal; refuses `bad_argument` when it is not one, and `unknown_person`, `unknown_school`, `unknown_class`,
 * `unknown_logbook` when it names what is not there. Persons are keys, or `ACADEMY:EXTERNAL_ID`; days are the school's,
 * both inside. Three forms:
 * - `{ school, begin: [{ relation, subject, object, properties?, from?, until? }], end: [{ relation, subject, object }] }`
 * - `{ drop: [{ type, action, rule }], add: [{ type, action, allow | forbid }] }`, a rule written as in the policy
 * - the policy as a whole: `{ format, rules }`
 */
export async function readProposal(db: Db, text: string): Promise<Proposal> {
  const written = parse(text);
  if ('school' in written) return { facts: await factsOf(db, written) };
  try {
    return { rules: 'rules' in written ? canonical(written.rules as Rules) : changed(written) };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      'bad_argument',
      `expected rules that can be followed: ${error instanceof Error && !(error instanceof z.ZodError) ? error.message : 'their form is not that of the policy'}`,
    );
  }
}

function parse(text: string): Written {
  try {
    const written = shape.parse(JSON.parse(text));
    const asked =
      'school' in written
        ? [...written.begin, ...written.end]
        : 'drop' in written
          ? [...written.drop, ...written.add]
          : [written];
    if (asked.length === 0) throw new Error('nothing is proposed');
    return written;
  } catch {
    throw new Refusal(
      'bad_argument',
      'expected `{ school, begin, end }`, `{ drop, add }`, or the policy as `{ format, rules }`, and nothing else',
    );
  }
}

async function factsOf(db: Db, { school: uai, begin, end }: WrittenFacts) {
  const school = await findSchool(db, uai);
  const begun: NewFact[] = [];
  for (const { from, until, ...written } of begin) {
    const named = await endsOf(db, written);
    const validFrom =
      from === undefined ? undefined : instantNamed(from, school, (day) => startOfDay(day, school.zone));
    const validTo = until === undefined ? FOREVER : instantNamed(until, school, (day) => endOfDay(day, school.zone));
    if (validTo <= (validFrom ?? Date.now()))
      throw new Refusal('bad_argument', 'expected a fact that ends after it begins');
    begun.push({ ...named, ...(validFrom !== undefined && { validFrom }), validTo });
  }
  const ended: Fact[] = [];
  for (const written of end) {
    const { relation, subject, object, properties: wanted } = await endsOf(db, written);
    const present = await currentFacts(db, {
      school: uai,
      relations: [relation],
      subject,
      object,
      endingAfter: Date.now(),
    });
    const matching = present.filter((one) => carries(one.properties, wanted));
    if (matching.length === 0)
      throw new Refusal(
        'bad_argument',
        `expected a fact of today to end: no \`${relation}\` from \`${written.subject}\` to \`${written.object}\``,
      );
    ended.push(...matching);
  }
  return { school: uai, begin: begun, end: ended };
}

function carries(held: Properties, wanted: Properties): boolean {
  return Object.entries(wanted).every(([one, value]) => held[one] === value);
}

/** The keys behind the two ends, which must exist and be of the types that the relation joins. */
async function endsOf(
  db: Db,
  { relation, subject, object, properties: carried = {} }: WrittenFacts['end'][number],
): Promise<Required<Pick<NewFact, 'relation' | 'subject' | 'object' | 'properties'>>> {
  const entry: RelationEntry = catalogue[relation];
  return {
    relation,
    subject: await keyOf(db, [entry.subject], subject),
    object: await keyOf(db, entry.object, object),
    properties: carried,
  };
}

async function keyOf(db: Db, types: RelationEntry['object'], written: string): Promise<string> {
  if (types.includes('class') || types.includes('group')) {
    const [audience] = await listAudiences(db, [written]);
    if (!audience || !types.includes(audience.kind))
      throw new Refusal('unknown_class', `no ${types.join(' or ')} has the key \`${written}\``);
    return audience.id;
  }
  if (types.includes('school')) return (await findSchool(db, written)).uai;
  if (types.length > 1) return (await personNamed(db, written).catch(() => findLogbook(db, written))).id;
  if (types.includes('person')) return (await personNamed(db, written)).id;
  if (types.includes('logbook')) return (await findLogbook(db, written)).id;
  if (types.includes('offer')) return offerOf(db, written);
  return written;
}

async function offerOf(db: Db, written: string): Promise<string> {
  const [offer] = await offersOf(db, { ids: [written] });
  if (!offer) throw new Refusal('not_found', `no offer has the key \`${written}\``);
  return offer.id;
}

/** Rules as `documentOf` writes them; throws when they cannot be followed. */
function canonical(rules: Rules): Rules {
  return readDocument(documentOf(rules));
}

/** The rules of the process without some, and with others. */
function changed({ drop, add }: WrittenRules): Rules {
  const { rules } = JSON.parse(presentDocument) as {
    rules: Record<string, Record<string, { allow: { name: string }[]; forbid: { name: string }[] }>>;
  };
  const actionOf = (type: string, action: string) => {
    const found = rules[type]?.[action];
    if (!found) throw new Refusal('bad_argument', `expected an action of the policy, not \`${action}\` of \`${type}\``);
    return found;
  };
  for (const { type, action, rule } of drop) {
    const lists = actionOf(type, action);
    if (![...lists.allow, ...lists.forbid].some((one) => one.name === rule))
      throw new Refusal('bad_argument', `expected a rule of \`${type}\`, \`${action}\`, not \`${rule}\``);
    lists.allow = lists.allow.filter((one) => one.name !== rule);
    lists.forbid = lists.forbid.filter((one) => one.name !== rule);
  }
  for (const { type, action, allow, forbid } of add) {
    const lists = actionOf(type, action);
    if ((allow === undefined) === (forbid === undefined))
      throw new Refusal('bad_argument', 'expected either `allow` or `forbid`');
    if (allow !== undefined) lists.allow.push(allow as { name: string });
    if (forbid !== undefined) lists.forbid.push(forbid as { name: string });
  }
  return canonical(rules as unknown as Rules);
}
