// Counting use: sign-ins and resources opened, as the trail tells them; accounts and reach, as they stand each day.
import { activeAmong } from '../accounts/records.ts';
import type { AuditEvent, Trail } from '../audit/audit.ts';
import { openGathering } from '../audit/gathering.ts';
import { offersOf, resourceAudiences } from '../directory/offers.ts';
import { listSchools } from '../directory/schools.ts';
import { DEFAULT_ZONE, dayOf } from '../facts/calendar.ts';
import type { Relation } from '../facts/catalogue.ts';
import { currentFacts, type Fact, factsNaming } from '../facts/facts.ts';
import { readRoll } from '../resources/licences/roll.ts';
import {
  addUsage,
  type Happening,
  type Standing,
  setUsage,
  type UsageLine,
  type UsageProfile,
  usageProfiles,
} from '../resources/usage.ts';
import type { Db } from '../storage/storage.ts';

/** The events of the trail that are counted: a session opened, a resource opened by its offer. */
export const COUNTED = { 'session.opened': 'connections', 'resource.opened': 'openings' } as const;

interface Happened {
  readonly measure: Happening;
  readonly person: string;
  readonly at: number;
  /** Of a resource that was opened. */
  readonly offer?: string;
}

/** Takes events as they are traced, and adds them up outside the request: whose they were is let go of at once. */
export interface UsageCounter {
  note(event: AuditEvent): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function openUsage(
  db: Db,
  { everyMs = 2_000, onError }: { everyMs?: number; onError?: (error: unknown) => void } = {},
): UsageCounter {
  const gathering = openGathering<Happened>((batch) => count(db, batch), { everyMs, capacity: 50_000, onError });
  return {
    note: (event) => {
      const happened = happenedIn(event);
      if (happened) gathering.add(happened);
    },
    flush: gathering.flush,
    close: gathering.close,
  };
}

/** A trail whose events are counted too. */
export function countedIn(usage: UsageCounter, trail: Trail): Trail {
  return {
    record: (event) => {
      usage.note(event);
      trail.record(event);
    },
    flush: trail.flush,
    close: trail.close,
    get waiting() {
      return trail.waiting;
    },
  };
}

function happenedIn({ event, actor, at, details }: AuditEvent): Happened | undefined {
  const measure = Object.hasOwn(COUNTED, event) ? COUNTED[event as keyof typeof COUNTED] : undefined;
  if (!measure || actor === undefined) return undefined;
  if (measure === 'connections') return { measure, person: actor, at };
  return typeof details?.offer === 'string' ? { measure, person: actor, at, offer: details.offer } : undefined;
}

/** The relations that say as what somebody is at a school. */
const places = ['attends', 'guards', 'post', 'heads', 'deputises'] as const satisfies readonly Relation[];

async function count(db: Db, batch: readonly Happened[]): Promise<void> {
  const persons = batch.map(({ person }) => person);
  const endingAfter = Math.min(...batch.map(({ at }) => at));
  const facts = grouped(
    await factsNaming(db, 'subject', persons, { relations: places, endingAfter }),
    ({ subject }) => subject,
  );
  const offers = new Map(
    (await offersOf(db, { ids: batch.flatMap(({ offer = [] }) => offer) })).map((offer) => [offer.id, offer]),
  );
  const zones = await zonesOf(db);
  const lines = batch.flatMap(({ measure, person, at, offer }): (UsageLine & { measure: Happening })[] => {
    const opened = offer === undefined ? undefined : offers.get(offer);
    if (offer !== undefined && !opened) return [];
    const held = (facts.get(person) ?? []).filter(({ validFrom, validTo }) => validFrom <= at && at < validTo);
    return [...profilesIn(held)]
      .filter(([school]) => !opened || school === opened.school)
      .map(([school, profile]) => ({
        month: monthOf(at, zones.get(school)),
        school,
        measure,
        profile,
        resource: opened?.resource ?? '',
        count: 1,
      }));
  });
  await addUsage(db, lines);
}

/** As what somebody is counted at each of their schools: once, and as staff before anything else. */
function profilesIn(facts: readonly Fact[]): Map<string, UsageProfile> {
  const found = new Map<string, UsageProfile>();
  for (const fact of facts) {
    const [profile, before] = [profileOf(fact), found.get(fact.school)];
    if (!before || rank(profile) > rank(before)) found.set(fact.school, profile);
  }
  return found;
}

function profileOf({ relation, properties }: Fact): UsageProfile {
  if (relation === 'attends') return 'pupil';
  if (relation === 'guards') return 'guardian';
  return relation === 'post' && properties.function === 'teacher' ? 'teacher' : 'staff';
}

const ranks: readonly UsageProfile[] = ['guardian', 'pupil', 'staff', 'teacher'];

/** A director of a primary school teaches too, and is counted among the teachers: one alone would be a name. */
function rank(profile: UsageProfile): number {
  return ranks.indexOf(profile);
}

function monthOf(at: number, zone = DEFAULT_ZONE): string {
  return dayOf(at, zone).slice(0, 7);
}

async function zonesOf(db: Db): Promise<Map<string, string>> {
  return new Map((await listSchools(db)).map(({ uai, zone }) => [uai, zone]));
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Says how every school stands today: its active accounts, and how many each of its resources is open to. */
export async function recordStanding(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  const zones = await zonesOf(db);
  for (const [school, zone] of zones) {
    if (stop?.aborted) break;
    await setUsage(db, { school, month: monthOf(at, zone) }, await standingOf(db, school, at));
  }
  return zones.size;
}

type Stood = Omit<UsageLine & { measure: Standing }, 'month' | 'school'>;

async function standingOf(db: Db, school: string, at: number): Promise<Stood[]> {
  const facts = (await currentFacts(db, { school, relations: places, endingAfter: at })).filter(
    ({ validFrom }) => validFrom <= at,
  );
  const active = await activeAmong(db, [...new Set(facts.map(({ subject }) => subject))]);
  const profiles = new Map<string, UsageProfile>();
  for (const [person, own] of grouped(facts, ({ subject }) => subject)) {
    const profile = profilesIn(own).get(school);
    if (profile && active.has(person)) profiles.set(person, profile);
  }
  const reached = await reachedAt(db, { school, at, persons: new Set(profiles.keys()) });
  const anything = new Set([...reached.values()].flatMap((persons) => [...persons]));
  const byProfile = (measure: Standing, persons: Iterable<string>, resource = ''): Stood[] => {
    const counts = grouped([...persons], (person) => profiles.get(person));
    return usageProfiles.map((profile) => ({
      measure,
      profile,
      resource,
      count: counts.get(profile)?.length ?? 0,
    }));
  };
  return [
    ...byProfile('accounts', profiles.keys()),
    // those who may open anything at all: of a profile where it is one person, openings would be theirs
    ...byProfile('reach', anything),
    ...[...reached].flatMap(([resource, persons]) => byProfile('reach', persons, resource)),
  ];
}

/** Of some persons, those to whom each resource is open: by a licence, or as one of an audience that it is for. */
async function reachedAt(
  db: Db,
  { school, at, persons }: { school: string; at: number; persons: ReadonlySet<string> },
): Promise<Map<string, Set<string>>> {
  const relations = ['assigned', 'openTo'] as const;
  const facts = (await currentFacts(db, { school, relations, endingAfter: at })).filter(
    ({ validFrom }) => validFrom <= at,
  );
  if (facts.length === 0) return new Map();
  const roll = await readRoll(db, { school, at });
  const resources = new Map((await offersOf(db, { school })).map(({ id, resource }) => [id, resource]));
  const reached = new Map<string, Set<string>>();
  for (const { relation, subject, object, properties } of facts) {
    const resource = resources.get(object);
    if (resource === undefined) continue;
    const audience = resourceAudiences.find((one) => one === properties.audience);
    const those = relation === 'assigned' ? [subject] : [...((audience && roll.of.get(audience)?.keys()) ?? [])];
    const before = reached.get(resource) ?? new Set();
    for (const person of those) if (persons.has(person)) before.add(person);
    reached.set(resource, before);
  }
  return reached;
}
