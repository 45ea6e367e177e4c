// Counting use: sign-ins and resources opened, as the trail tells them; accounts and reach, as they stand each day.
import { activeAmong } from '../accounts/records.ts';
import type { AuditEvent, Trail } from '../audit/audit.ts';
import { openGathering } from '../audit/gathering.ts';
import { offersOf } from '../directory/offers.ts';
import { listSchools } from '../directory/schools.ts';
import { DEFAULT_ZONE, dayOf } from '../facts/calendar.ts';
import type { Relation } from '../facts/catalogue.ts';
import { currentFacts, type Fact, factsNaming } from '../facts/facts.ts';
import {
  addUsage,
  type Happening,
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

async function standingOf(
  db: Db,
  school: string,
  at: number,
): Promise<Omit<UsageLine & { measure: 'accounts' | 'reach' }, 'month' | 'school'>[]> {
  const relations = [...places, 'assigned', 'openTo'] as const;
  const live = (await currentFacts(db, { school, relations, endingAfter: at })).filter(
    ({ validFrom }) => validFrom <= at,
  );
  const facts = grouped(live, ({ relation }) => relation);
  const held = places.flatMap((relation) => facts.get(relation) ?? []);
  const active = await activeAmong(db, [...new Set(held.map(({ subject }) => subject))]);
  const byPerson = grouped(
    held.filter(({ subject }) => active.has(subject)),
    ({ subject }) => subject,
  );
  const counts: Record<UsageProfile, number> = { pupil: 0, guardian: 0, teacher: 0, staff: 0 };
  for (const own of byPerson.values()) for (const profile of profilesIn(own).values()) counts[profile] += 1;
  const accounts = usageProfiles.map((profile) => ({
    measure: 'accounts' as const,
    profile,
    resource: '',
    count: counts[profile],
  }));
  return [
    ...accounts,
    ...(await reachOf(db, school, [facts.get('assigned') ?? [], facts.get('openTo') ?? []], counts)),
  ];
}

/** Whom each resource is open to: those who were given a licence, and the audiences that it is open to as a whole. */
async function reachOf(
  db: Db,
  school: string,
  [assigned, openTo]: readonly [readonly Fact[], readonly Fact[]],
  counts: Readonly<Record<UsageProfile, number>>,
): Promise<Omit<UsageLine & { measure: 'reach' }, 'month' | 'school'>[]> {
  const reached = new Map<string, { readonly persons: Set<string>; readonly audiences: Set<UsageProfile> }>();
  const resources = new Map((await offersOf(db, { school })).map(({ id, resource }) => [id, resource]));
  const at = (offer: string) => {
    const resource = resources.get(offer) ?? '';
    const found = reached.get(resource) ?? { persons: new Set(), audiences: new Set() };
    reached.set(resource, found);
    return found;
  };
  for (const { subject, object } of assigned) at(object).persons.add(subject);
  for (const { object, properties } of openTo) {
    const { audience } = properties;
    at(object).audiences.add(audience === 'pupil' || audience === 'teacher' ? audience : 'staff');
  }
  return [...reached].map(([resource, { persons, audiences }]) => {
    const whole = [...audiences].reduce((sum, audience) => sum + counts[audience], 0);
    return { measure: 'reach', profile: '', resource, count: Math.max(persons.size, whole) };
  });
}
