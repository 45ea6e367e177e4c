// Who opened one's file in our own pages: a day, a purpose, a category; never a name, and never whom a head could recognise.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueActivation } from '../../src/accounts/accounts.ts';
import { appoint } from '../../src/acts/appointments.ts';
import { audit } from '../../src/audit/audit.ts';
import { noteOpenings, openingsOf, type PagePurpose, purgeOpenings } from '../../src/privacy/file-openings.ts';
import { askIncident, endIncident, signIncident } from '../../src/privacy/incidents.ts';
import { COLLEGE, deliverCast, ECOLE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;

describe.each(engines)('openings of files, on $name', ({ open }) => {
  let test: TestDatabase;
  const key = (name: Parameters<typeof personOf>[1]) => personOf(test.db, name);

  beforeAll(async () => {
    test = await open();
    await deliverCast(test.db);
    const decision = { school: COLLEGE, decision: 'Lettre 2026-4', by: 'operator', at: NOW - 40 * DAY };
    await appoint(test.db, 'protects', { ...decision, person: await key('diane') });
  });
  afterAll(() => test?.close());

  const opens = async (
    by: Parameters<typeof personOf>[1],
    whose: readonly Parameters<typeof personOf>[1][],
    { at = NOW, purpose = 'request', school = COLLEGE }: { at?: number; purpose?: PagePurpose; school?: string } = {},
  ) => {
    const persons = await Promise.all(whose.map(key));
    await noteOpenings(test.db, { by: await key(by), school, persons, purpose, at });
  };
  const told = async (name: Parameters<typeof personOf>[1], from = NOW - 30 * DAY, to = NOW + DAY) =>
    openingsOf(test.db, { person: await key(name), from, to });

  it('are told by day, category, purpose and school, once a day, the newest first', async () => {
    await Promise.all(Array.from({ length: 20 }, () => opens('helene', ['tom'])));
    await opens('david', ['tom']);
    await opens('diane', ['tom', 'tania'], { purpose: 'register', at: NOW - 3 * DAY });
    expect(await told('tom')).toEqual([
      { day: '2026-11-12', school: COLLEGE, category: 'staff', purpose: 'request' },
      { day: '2026-11-09', school: COLLEGE, category: 'dpo', purpose: 'register' },
    ]);
    expect(await told('tom', NOW - 2 * DAY)).toHaveLength(1);
    expect(await told('tom', NOW - 30 * DAY, NOW - DAY)).toHaveLength(1);
    expect(await told('tania')).toHaveLength(1);
    expect(await told('olga')).toEqual([]);
  });

  it('hold no key of whoever opened, and nothing of one’s own', async () => {
    await opens('olga', ['olga']);
    expect(await told('olga')).toEqual([]);
    const kept = JSON.stringify(await test.db('file_opening'));
    for (const name of ['helene', 'david', 'diane'] as const) expect(kept).not.toContain(await key(name));
    expect(JSON.stringify(await told('tom'))).not.toMatch(/[0-9a-f]{32}/);
  });

  it('tell a head nothing of the staff of a small school, and everything of the DPO', async () => {
    await opens('david', ['helene']);
    await opens('diane', ['helene'], { purpose: 'register' });
    expect(await told('helene')).toEqual([
      { day: '2026-11-12', school: COLLEGE, category: 'dpo', purpose: 'register' },
    ]);
    const issued = { person: await key('helene'), actor: await key('david'), from: 'school', at: NOW } as const;
    await issueActivation(test.db, issued);
    expect((await told('helene')).map(({ purpose }) => purpose)).toEqual(['register']);
  });

  it('take what acts of the trail say already: codes issued, copies prepared, mandates read', async () => {
    const [lea, david] = [await key('lea'), await key('david')];
    await issueActivation(test.db, { person: lea, actor: david, from: 'school', at: NOW });
    await issueActivation(test.db, { person: lea, actor: 'system', from: 'school', at: NOW + 1 });
    const line = { subject: lea, school: ECOLE, at: NOW - DAY, details: {} };
    await audit(test.db, { ...line, event: 'request.copied', actor: 'operator' });
    await audit(test.db, { ...line, event: 'request.mandate_read', actor: lea });
    await audit(test.db, { ...line, event: 'request.refused', actor: david });
    expect(await told('lea')).toEqual([
      { day: '2026-11-12', category: 'staff', purpose: 'activation' },
      { day: '2026-11-11', school: ECOLE, category: 'operator', purpose: 'copy' },
    ]);
  });

  it('tell of an incident file once it is over, and not a moment before', async () => {
    const [theo, helene, diane] = [await key('theo'), await key('helene'), await key('diane')];
    const asked = { school: COLLEGE, named: theo, motive: 'Messages envoyés en son nom.', by: helene, at: NOW };
    const { id } = await askIncident(test.db, { ...asked, startsAt: NOW - 5 * DAY, endsAt: NOW - DAY });
    await signIncident(test.db, { id, by: diane, at: NOW });
    const read = { event: 'incident.read', actor: helene, subject: theo, school: COLLEGE, at: NOW };
    await audit(test.db, { ...read, details: { file: id } });
    expect(await told('theo')).toEqual([]);
    await endIncident(test.db, { id, by: diane, at: NOW + 1 });
    expect((await told('theo')).map(({ purpose }) => purpose)).toEqual(['incident']);
  });

  it('go by whole months once they are past their time', async () => {
    await opens('helene', ['tania'], { at: Date.parse('2026-10-31T10:00:00Z') });
    await opens('helene', ['tania'], { at: Date.parse('2026-11-01T00:00:00Z') });
    expect((await told('tania')).map(({ day }) => day)).toEqual(['2026-11-09', '2026-11-01', '2026-10-31']);
    await purgeOpenings(test.db, { firstDay: '2026-11-20' });
    expect((await told('tania')).map(({ day }) => day)).toEqual(['2026-11-09', '2026-11-01']);
  });
});
