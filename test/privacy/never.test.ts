// Never: no page, address, command or claim gives anybody the connections, the last sign-in or the activity of a named member of staff (I10).

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import { audit } from '../../src/audit/audit.ts';
import { demoConfig } from '../../src/config.ts';
import { commands } from '../../src/main.ts';
import { claims } from '../../src/oidc/claims.ts';
import { portalRoutes } from '../../src/portal/portal.ts';
import { openConsultations } from '../../src/privacy/consultations.ts';
import { askIncident, signIncident } from '../../src/privacy/incidents.ts';
import { type CastName, COLLEGE, logbookOf, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { browsersOf, type Opened, openPortal } from '../portal/portal.ts';
import * as places from './places.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const sourceFiles = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const pagePaths = (): string[] => {
  const config = demoConfig({ secret: 'x'.repeat(64), database: 'x', port: 1, logLevel: 'silent' }, {});
  const router = portalRoutes({ db: {}, provider: {}, config } as never);
  // what answers something; what all requests to several pages pass first is no place
  const answering = router.stack.filter(({ methods }) => methods.length > 0);
  return [...new Set(answering.map(({ path }) => String(path)))];
};

/** The addresses that the list of the API writes down, with the one constant that stands for a path. */
const apiPaths = (): string[] => {
  const source = readFileSync(resolve(ROOT, 'src/api/api.ts'), 'utf8').replaceAll(
    `\${ENDPOINT}`,
    '/access/v1/requests',
  );
  const routed = [...source.matchAll(/router\.\w+\(\s*(?:'([^']+)'|`([^`]+)`|(ENDPOINT))/g)];
  const first = [...source.matchAll(/^\s*\['(\/[^']+)'/gm)].map(([, path]) => path!);
  return [...new Set([...first, ...routed.map(([, plain, built]) => plain ?? built ?? '/access/v1/requests')])];
};

describe('every place where something leaves is known, with why it tells of nobody’s activity', () => {
  it.each([
    ['pages', pagePaths, places.pages],
    ['addresses of the API', apiPaths, places.addresses],
    ['commands', () => Object.keys(commands), places.commands],
    ['claims', () => Object.keys(claims), places.claims],
  ] as const)('%s: see test/privacy/places.ts for a new one', (_what, found, table) => {
    expect(found().filter((place) => !Object.hasOwn(table, place))).toEqual([]);
    expect(Object.keys(table).filter((place) => !found().includes(place))).toEqual([]);
  });

  it('the trail is asked about a person by one’s own page and by an incident file alone', () => {
    expect(callersOf(/\btracedOf\(/)).toEqual([
      'src/audit/audit.ts',
      'src/privacy/file-openings.ts',
      'src/privacy/incident-log.ts',
      'src/privacy/visits.ts',
    ]);
    expect(callersOf(/\bvisitsOf\(/)).toEqual([
      'src/portal/data/held.ts',
      'src/portal/data/log.ts',
      'src/privacy/visits.ts',
    ]);
    expect(callersOf(/\bdecisionsAbout\(/)).toEqual(['src/audit/decisions.ts', 'src/privacy/incident-log.ts']);
    expect(callersOf(/\breadIncident\(/)).toEqual(['src/portal/data/incidents.ts', 'src/privacy/incident-log.ts']);
    expect(callersOf(/\bsessionsOf\b[^:]*\(/)).toEqual([
      'src/oidc/oidc.ts',
      'src/oidc/sessions.ts',
      'src/portal/data/sessions.ts',
      'src/portal/school/workstations.ts',
    ]);
  });
});

/** A night nobody else signs in on: wherever it shows, it is Tom's. */
const NIGHT = Date.parse('2026-02-17T03:41:00Z');
const marks = [String(NIGHT), '2026-02-17', '17 février', '17/02', '04:41', '03:41', 'February 17', '17 February'];

describe.each(engines)('whoever walks through all pages, on $name', ({ open }) => {
  let portal: Opened;
  const key = {} as Record<CastName, string>;
  const hierarchy = ['helene', 'david', 'berthe', 'sylvie', 'denise'] as const;

  beforeAll(async () => {
    portal = await openPortal(open, {
      accounts: [...hierarchy, 'tom', 'olga', 'paula'],
      delivered: Date.now() - 3_600_000,
    });
    const { db } = portal;
    for (const name of [...hierarchy, 'tom', 'olga', 'paula', 'paul'] as const) key[name] = await personOf(db, name);
    const named = { decision: 'Lettre de mission', by: 'operator', at: Date.now() - 1_000, school: COLLEGE };
    await appoint(db, 'administers', { ...named, person: key.berthe });
    await appoint(db, 'protects', { ...named, person: key.sylvie });
    const at = NIGHT;
    await audit(
      db,
      { at, event: 'session.opened', actor: key.tom, client: 'logbook' },
      { at, event: 'module.entered', actor: key.tom, client: 'logbook' },
      { at, event: 'sign_in.failed', subject: key.tom },
      { at, event: 'sign_in.succeeded', actor: key.tom, subject: key.tom },
    );
    const noted = openConsultations(db);
    const olgas = await logbookOf(db, COLLEGE, '5C', 'MATHS');
    const reading = { kind: 'evaluation', type: 'logbook', action: 'read', allowed: true, rule: 'team' } as const;
    noted.note({ ...reading, at, resource: olgas, subject: key.tom, client: 'logbook' });
    await noted.close();
  });
  afterAll(() => portal?.close());

  const { as } = browsersOf(() => portal);
  /** Each address with the ids that it could be tried with: Tom's, his logbook, his school. */
  const addressesOf = async (): Promise<string[]> => {
    const logbook = await logbookOf(portal.db, COLLEGE, '6A', 'MATHS');
    const ids = [key.tom, logbook, COLLEGE];
    return [...Object.keys(places.pages), ...Object.keys(places.addresses)]
      .filter((path) => !path.startsWith('/assets'))
      .flatMap((path) => (path.includes(':') ? ids.map((id) => path.replace(/:\w+/g, id)) : [path]));
  };

  it('the person finds that night on their own page', async () => {
    const { html } = await (await as('tom')).visit(`${portal.origin}/me/log`);
    expect(marks.filter((mark) => html.includes(mark))).toEqual(['17 février', '04:41']);
  });

  it.each([...hierarchy, 'olga', 'paula'] as const)('%s finds no trace of it anywhere', async (name) => {
    const walker = await as(name);
    for (const address of await addressesOf()) {
      const { html, status } = await walker.visit(`${portal.origin}${address}`);
      expect(status, address).toBeLessThan(500);
      expect(
        marks.filter((mark) => html.includes(mark)),
        address,
      ).toEqual([]);
    }
  });

  it('but by an incident file that both have signed, and for its days alone', async () => {
    const { db } = portal;
    const asked = { school: COLLEGE, named: key.tom, motive: 'Intrusion de nuit', by: key.helene, at: Date.now() };
    const near = await askIncident(db, { ...asked, startsAt: NIGHT - 3_600_000, endsAt: NIGHT + 3_600_000 });
    const after = await askIncident(db, { ...asked, startsAt: NIGHT + 3_600_000, endsAt: NIGHT + 7_200_000 });
    const log = async (id: string) => (await as('helene')).visit(`${portal.origin}/school/incidents/${id}`);
    expect((await log(near.id)).status).toBe(403);
    for (const { id } of [near, after]) await signIncident(db, { id, by: key.sylvie, at: Date.now() });
    expect((await log(near.id)).text).toContain('17 février 2026 à 04:41 Connexion');
    expect((await log(after.id)).text).toContain('Rien n’est gardé pour ces dates.');
    expect((await (await as('berthe')).visit(`${portal.origin}/school/incidents/${near.id}`)).status).toBe(404);
  });
});

function callersOf(call: RegExp): string[] {
  return sourceFiles.filter((file) => call.test(readFileSync(resolve(ROOT, file), 'utf8'))).sort();
}
