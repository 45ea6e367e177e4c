// What the notice says: all that is held and sent, at every level; kept by hash, with the date each text was in force.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptAttributes } from '../../../src/feed/aaf/attributes.ts';
import { claims } from '../../../src/oidc/claims.ts';
import { addModule, listModules, removeModule } from '../../../src/oidc/modules.ts';
import { apiScopes } from '../../../src/oidc/scopes.ts';
import { contentOf, publishConfigured } from '../../../src/portal/notices/content.ts';
import { levelFor } from '../../../src/privacy/notices/ages.ts';
import { dataHeld, dataOf } from '../../../src/privacy/notices/data.ts';
import { composeNotice, fingerprintOf, languages, levels } from '../../../src/privacy/notices/document.ts';
import {
  GENERAL,
  noticeHistory,
  noticeInForce,
  noticeVersion,
  TERMS,
  writeOwnPart,
} from '../../../src/privacy/notices/texts.ts';
import { en } from '../../../views/text/en.ts';
import { fr } from '../../../views/text/fr.ts';
import { COLLEGE, deliverCast, ECOLE, LYCEE } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { sheet } from '../../portal/portal.ts';
import { on } from './notices.ts';

const config = { decisions: { sample: 1, months: 7 } };
const module = {
  ...sheet('http://localhost:9'),
  scopes: ['openid', 'profile', 'roles', 'schools', 'classes', 'children', 'profiles'],
  noticeVersion: 1,
  addedAt: 0,
} as unknown as Parameters<typeof contentOf>[1]['modules'][number];

describe('the notice', () => {
  const content = contentOf(config, {
    degrees: [2],
    modules: [{ ...module, scopes: [...module.scopes, ...apiScopes] }],
  });
  const document = composeNotice(content);
  const words = (language: 'fr' | 'en', level: (typeof levels)[number]): string =>
    JSON.stringify(document[language][level]);

  it('has its ten parts for adults, nine for the young, the logs and the rights in each', () => {
    for (const language of languages)
      for (const level of levels) {
        const keys = document[language][level].map(({ key }) => key);
        const parts = ['who', 'why', 'what', 'source', 'sent', 'sees', 'long', 'logs', 'rights'];
        expect(keys, `${language} ${level}`).toEqual(level === 'adult' ? [...parts, 'more'] : parts);
        for (const { heading, paragraphs } of document[language][level]) {
          expect(heading).toMatch(/\S{2}/);
          expect(paragraphs.length).toBeGreaterThan(0);
        }
      }
  });

  it('tells nobody less than is sent: every claim and every call, at every level', () => {
    for (const [language, text] of [
      ['fr', fr],
      ['en', en],
    ] as const) {
      const { asks, young } = text.pages.notices.document;
      for (const claim of Object.keys(claims) as (keyof typeof claims)[]) {
        expect(words(language, 'adult')).toContain(text.claims[claim]);
        for (const level of ['teen', 'child'] as const)
          expect(words(language, level)).toContain(JSON.stringify(young.claims[claim]).slice(1, -1));
      }
      for (const scope of apiScopes) {
        expect(words(language, 'adult')).toContain(asks[scope]);
        expect(words(language, 'child')).toContain(young.asks[scope]);
      }
    }
  });

  it('tells all that is kept of each kind of person, from the attributes themselves', () => {
    const held = dataHeld();
    for (const [attribute, kinds] of Object.entries(keptAttributes))
      for (const kind of kinds) {
        const datum = dataOf[attribute as keyof typeof dataOf];
        if (datum && kind in held) expect(held[kind as keyof typeof held], `${attribute} of ${kind}`).toContain(datum);
      }
    expect(held).toEqual({
      pupil: expect.arrayContaining(['number', 'name', 'birthDate', 'school', 'classes', 'dates', 'family']),
      relative: expect.arrayContaining(['number', 'name', 'email', 'children']),
      staff: expect.arrayContaining(['number', 'name', 'email', 'functions', 'teaching']),
    });
    for (const datum of held.pupil) {
      expect(words('fr', 'adult')).toContain(fr.pages.notices.document.adult.data[datum]);
      expect(words('fr', 'child')).toContain(fr.pages.notices.document.young.data[datum]);
    }
  });

  it('says how long logs are kept, as it is set', () => {
    for (const level of levels) expect(words('fr', level)).toMatch(/7 mois/);
  });

  it('is another one when a claim, a call, a purpose, a datum or a time changes; not when only the order does', () => {
    const said = fingerprintOf(content);
    const [one] = content.recipients;
    const different = [
      { ...content, recipients: [{ ...one!, claims: one!.claims.slice(1) }] },
      { ...content, recipients: [{ ...one!, asks: [] }] },
      { ...content, recipients: [{ ...one!, purpose: 'Autre chose.' }] },
      { ...content, recipients: [] },
      { ...content, held: { ...content.held, pupil: content.held.pupil.slice(1) } },
      { ...content, decisionMonths: 12 },
      { ...content, readers: content.readers.slice(1) },
    ];
    expect(new Set([said, ...different.map(fingerprintOf)]).size).toBe(different.length + 1);
    expect(fingerprintOf({ ...content, recipients: [{ ...one!, claims: [...one!.claims].reverse() }] })).toBe(said);
  });
});

describe('the reading level', () => {
  const at = (day: string) => ({ at: on(day), zone: 'Europe/Paris' });
  it.each([
    ['the day before eleven', '2015-11-12', '2026-11-11', 'child'],
    ['eleven to the day', '2015-11-12', '2026-11-12', 'teen'],
    ['the day before sixteen', '2010-11-12', '2026-11-11', 'teen'],
    ['sixteen to the day', '2010-11-12', '2026-11-12', 'adult'],
    ['born on 29 February, the day before', '2012-02-29', '2023-02-28', 'child'],
    ['born on 29 February, the day after', '2012-02-29', '2023-03-01', 'teen'],
  ])('%s', (_name, birthDate, day, level) => {
    expect(levelFor({ birthDate, category: 'pupil', degree: 2 }, at(day))).toBe(level);
  });

  it('goes by the school for a pupil whose birth date is not known, and is an adult’s for others', () => {
    const day = at('2026-11-12');
    expect(levelFor({ birthDate: null, category: 'pupil', degree: 1 }, day)).toBe('child');
    expect(levelFor({ birthDate: null, category: 'pupil', degree: 2 }, day)).toBe('teen');
    expect(levelFor({ birthDate: null, category: 'guardian', degree: 1 }, day)).toBe('adult');
  });
});

describe.each(engines)('the texts, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeEach(async () => {
    opened = await open();
    await deliverCast(opened.db, on('2026-09-01', 0));
  });
  afterEach(() => opened.close());

  const publish = (at: number) => publishConfigured(opened.db, { config, actor: 'system', at });

  it('what is in force on a day is what was published before, and stays', async () => {
    const { db } = opened;
    await publish(on('2026-09-02'));
    await addModule(db, sheet('http://localhost:9'), { actor: 'system', at: on('2026-10-01') });
    expect(await publish(on('2026-10-02'))).toBe(4);
    const inForce = (at: number) => noticeInForce(db, { school: COLLEGE, at });
    expect(await inForce(on('2026-09-02') - 1)).toBeUndefined();
    const first = await inForce(on('2026-09-02'));
    expect(await inForce(on('2026-10-02') - 1)).toEqual(first);
    expect(first).toMatchObject({ from: on('2026-09-02'), until: on('2026-10-02') });
    const second = await inForce(on('2026-10-02'));
    expect(second).toMatchObject({ from: on('2026-10-02'), until: undefined });
    expect(second?.version).not.toBe(first?.version);
    expect(JSON.stringify(first?.document)).not.toContain('Cahier de textes »');
    expect(JSON.stringify(second?.document)).toContain('Cahier de textes');
    expect(await noticeVersion(db, first!.version, COLLEGE)).toEqual(first);
    expect((await noticeHistory(db, COLLEGE)).map(({ version }) => version)).toEqual([second?.version, first?.version]);
  });

  it('saying the same again writes nothing, and many at once write it once', async () => {
    const { db } = opened;
    const counts = await Promise.all(Array.from({ length: 20 }, (_one, index) => publish(on('2026-09-02') + index)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(await publish(on('2026-09-03'))).toBe(0);
    expect(await noticeHistory(db, COLLEGE)).toHaveLength(1);
    const texts = await db('notice_text');
    expect(texts).toHaveLength(4); // second degree, first degree, all of them, the terms
  });

  it('a module that serves some schools is news there, and nowhere else', async () => {
    const { db } = opened;
    await publish(on('2026-09-02'));
    await addModule(
      db,
      { ...sheet('http://localhost:9'), schools: [LYCEE] },
      { actor: 'system', at: on('2026-10-01') },
    );
    await publish(on('2026-10-02'));
    const count = async (school: string) => (await noticeHistory(db, school)).length;
    expect([await count(LYCEE), await count(COLLEGE), await count(ECOLE), await count(GENERAL)]).toEqual([2, 1, 1, 2]);
    expect(await count(TERMS)).toBe(1);
    const [one] = await listModules(db);
    await removeModule(db, one!.id, { actor: 'system', at: on('2026-10-03') });
    await publish(on('2026-10-03'));
    // back to the same words: the same name, again in force
    const [last, , first] = await noticeHistory(db, LYCEE);
    expect(last?.version).toBe(first?.version);
  });

  it('what a school adds stays when the common text changes, and is taken away by nothing but itself', async () => {
    const { db } = opened;
    await publish(on('2026-09-02'));
    const write = (text: string, at: number) => writeOwnPart(db, { school: COLLEGE, text, actor: 'operator', at });
    expect(await write('  Un agenda papier.\r\n', on('2026-09-03'))).toMatch(/^[0-9a-f]{20}$/);
    expect(await write('Un agenda papier.', on('2026-09-04'))).toBeUndefined();
    await addModule(db, sheet('http://localhost:9'), { actor: 'system', at: on('2026-10-01') });
    await publish(on('2026-10-02'));
    const inForce = async (day: string) => (await noticeInForce(db, { school: COLLEGE, at: on(day, 23) }))?.own;
    expect([await inForce('2026-09-02'), await inForce('2026-09-03'), await inForce('2026-10-02')]).toEqual([
      undefined,
      'Un agenda papier.',
      'Un agenda papier.',
    ]);
    await write('', on('2026-10-05'));
    expect(await inForce('2026-10-05')).toBeUndefined();
    // it changes nothing of what people were told is held or sent
    const contents = await db('notice_version').where({ school: COLLEGE }).distinct('content');
    expect(contents).toHaveLength(2);
  });

  it('a double click writes what a school adds once', async () => {
    const { db } = opened;
    await publish(on('2026-09-02'));
    const both = await Promise.all(
      [1, 2, 3].map(() =>
        writeOwnPart(db, { school: COLLEGE, text: 'Une fois.', actor: 'operator', at: on('2026-09-03') }),
      ),
    );
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await noticeHistory(db, COLLEGE)).toHaveLength(2);
  });
});
