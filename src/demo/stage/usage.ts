// What was counted at the collège in the two months before, so that its statistics have something to show.
import { dayOf } from '../../facts/calendar.ts';
import { sampleSchools } from '../../feed/sample/cast.ts';
import { addUsage, setUsage, type UsageProfile } from '../../resources/usage.ts';
import type { Db } from '../../storage/storage.ts';
import { houses } from '../publishers.ts';

const before = [
  { monthsAgo: 1, share: 1 },
  { monthsAgo: 2, share: 0.6 },
] as const;

/** Accounts, sign-ins and openings of a whole month. */
const usual: Readonly<Record<UsageProfile, readonly [accounts: number, connections: number, openings: number]>> = {
  pupil: [402, 5120, 1840],
  guardian: [371, 1630, 0],
  teacher: [34, 910, 260],
  staff: [9, 240, 0],
};

export async function countPast(db: Db, at: number): Promise<void> {
  const [atlas, lexilab] = houses;
  const school = sampleSchools.college.uai;
  for (const { monthsAgo, share } of before) {
    const month = monthBefore(at, monthsAgo);
    const part = (whole: number) => Math.round(whole * share);
    const all = Object.entries(usual) as [UsageProfile, readonly [number, number, number]][];
    await setUsage(db, { month, school }, [
      ...all.map(([profile, [count]]) => ({ measure: 'accounts', profile, resource: '', count }) as const),
      { measure: 'reach', profile: 'pupil', resource: '', count: 402 },
      { measure: 'reach', profile: 'teacher', resource: '', count: 34 },
      { measure: 'reach', profile: 'pupil', resource: atlas.resource, count: 402 },
      { measure: 'reach', profile: 'teacher', resource: atlas.resource, count: 34 },
      { measure: 'reach', profile: 'pupil', resource: lexilab.resource, count: 25 },
    ]);
    await addUsage(
      db,
      all.flatMap(([profile, [, connections, openings]]) => [
        { month, school, measure: 'connections', profile, resource: '', count: part(connections) },
        { month, school, measure: 'openings', profile, resource: atlas.resource, count: part(openings * 0.8) },
        { month, school, measure: 'openings', profile, resource: lexilab.resource, count: part(openings * 0.2) },
      ]),
    );
  }
}

function monthBefore(at: number, count: number): string {
  const day = new Date(`${dayOf(at).slice(0, 7)}-01T00:00:00Z`);
  day.setUTCMonth(day.getUTCMonth() - count);
  return day.toISOString().slice(0, 7);
}
