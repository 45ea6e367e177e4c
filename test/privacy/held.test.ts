// What is held about a person is told whole: every table is told of somewhere, or holds nothing of anybody; every relation has its place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holders } from '../../src/app/held.ts';
import { catalogue, type Relation } from '../../src/facts/catalogue.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { heldAbout } from '../../src/privacy/held.ts';
import { en } from '../../views/text/en.ts';
import { fr } from '../../views/text/fr.ts';
import { englishRelations } from '../../views/text/relations.ts';
import { type CastName, COLLEGE, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

/**
 * Where each table is told of: a holder of `src/app/held.ts`, another page of one's own, or why it is nobody's data.
 * `minutes`: gone within the hour. `secret`: hashes and sealed values, told of as what they protect.
 */
const tables: Readonly<Record<string, string>> = {
  // told as lines
  person: 'lines',
  external_identity: 'lines',
  fact: 'lines',
  account: 'lines',
  credential: 'lines',
  account_move: 'lines',
  account_email: 'lines',
  notice_acknowledgement: 'lines',
  factor: 'lines',
  card: 'lines',
  family_join: 'lines',
  family_dispute: 'lines',
  family_apart: 'lines',
  upstream_link: 'lines',
  person_request: 'lines',
  module_objection: 'lines',
  notice_due: 'lines',
  circle_member: 'lines',
  circle_invitation: 'lines',
  told: 'lines',
  mail: 'lines',
  pseudonym: 'lines',
  release: 'lines',
  launch_check: 'lines',
  publisher_decline: 'lines',
  pupil_level: 'lines',
  assigner: 'lines',
  licence_assignment: 'lines',
  licence_seat: 'lines, where it is waited for; by its fact otherwise',
  absence: 'lines, by its facts',
  absence_word: 'lines, by the facts of the absence',
  absence_slot: 'lines, by the facts of the absence',
  // told on another page of one's own
  oidc_session: '/me/sessions',
  oidc_session_client: '/me/sessions',
  factor_code_ask: '/account/factors',
  code_hand: '/me/log, as the codes that it follows from',
  publisher_visit: '/me/sessions: it goes with the session',
  audit: '/me/log',
  consultation: '/me/log',
  file_opening: '/me/log',
  incident_file: '/me/log, once it is over',
  decision: '/me/log, as days of consultation',
  charter_acceptance: '/charter',
  access_grant: '/logbooks',
  inspection: '/logbooks, to the teachers; to the inspector where it was asked',
  inquiry: '/logbooks, to whom it is about',
  circle: '/circles',
  circle_school: '/circles',
  circle_block: '/circles',
  // what was joined, and held back, stands with the facts that are told
  record_fact: 'the facts themselves',
  person_hold: 'the request that it follows from',
  mandate_document: 'the request that names it',
};

/** Tables that say nothing of anybody, or nothing that outlives the day, or nothing that can be read back. */
const silent = new Set([
  // the machine, schools, texts and rules
  ...['knex_migrations', 'knex_migrations_lock', 'sqlite_sequence', 'job', 'policy_version', 'policy_activation'],
  ...['school', 'audience', 'subject', 'logbook', 'lesson', 'fact_head', 'fact_revision', 'audit_day', 'decision_day'],
  ...[
    'oidc_module',
    'oidc_revision',
    'oidc_key',
    'oidc_machine_key',
    'oidc_certificate_seen',
    'oidc_unheard',
    'processing_entry',
    'school_opening',
    'charter',
  ],
  ...['notice_board', 'notice_scan', 'notice_text', 'notice_version', 'shared_workstation', 'feed_batch', 'feed_door'],
  ...['feed_school', 'agreement', 'agreement_school', 'subscription', 'subscription_school', 'gar_school'],
  ...['licence_settlement', 'level_change', 'level_code', 'usage_count', 'notice_turn'],
  ...['resource', 'offer', 'offer_due', 'assignment_report', 'free_opening'],
  // who vouches for people; what they said, sealed and gone within the hour
  ...['upstream_provider', 'upstream_assertion'],
  // keys of what waits to be printed or accepted, gone with it
  ...['feed_quarantine', 'print_run', 'print_sheet'],
  // hashes and sealed values: of no use to anybody, nor readable; what they protect is told
  ...['activation', 'account_email_ask', 'account_reset', 'account_reset_ask', 'throttle', 'known_address'],
  ...['known_device', 'recovery_code', 'recovery_sheet', 'factor_challenge', 'factor_code', 'factor_enrolment'],
  ...['reset_mail', 'factor_proof', 'oidc_grant', 'oidc_token', 'oidc_subject', 'oidc_passing', 'oidc_farewell'],
]);

describe('what facts say in French', () => {
  it('is the same of a woman and of a man', () => {
    const ofPersons = Object.entries(catalogue).filter(([, { subject }]) => subject === 'person');
    const marked = ofPersons.filter(
      ([, { french }]) =>
        /\b(est|a été) (?!élève\b)/.test(french) || /·|\(e\)|\b(connu|inscrit|autorisé|nommé)\b/.test(french),
    );
    expect(marked.map(([relation, { french }]) => `${relation}: ${french}`)).toEqual([]);
  });
});

describe.each(engines)('what is held, on $name', ({ open }) => {
  let test: TestDatabase;
  const key = {} as Record<CastName, string>;
  beforeAll(async () => {
    test = await open();
    await deliverCast(test.db);
    for (const name of ['tom', 'paul', 'paula', 'pierre'] as const) key[name] = await personOf(test.db, name);
  });
  afterAll(() => test?.close());

  const lines = (person: CastName, reader: CastName = person, locale: 'fr' | 'en' = 'fr') => {
    const words = (locale === 'fr' ? fr : en).pages.data;
    return heldAbout(test.db, { person: key[person], reader: key[reader], at: NOW, locale, words }, holders);
  };

  it('is told line by line, with a category, a source and a date', async () => {
    const told = await lines('tom');
    expect(told.length).toBeGreaterThan(8);
    for (const { category, what, source } of told) {
      expect(what).not.toMatch(/undefined|\[object|un élément/);
      expect(fr.pages.data.categories[category].kept).toBeTruthy();
      expect(fr.pages.data.sources[source]).toBeTruthy();
    }
  });

  it('says how staff are addressed, where the state says it', async () => {
    const civilities = async (name: CastName) =>
      (await lines(name)).map(({ what }) => what).filter((what) => what.startsWith('Civilité'));
    expect(await civilities('tom')).toEqual([]);
    await test.db('person').where({ id: key.tom }).update({ civility: 'M.' });
    expect(await civilities('tom')).toEqual([fr.pages.data.lines.civility('M.')]);
    expect(await civilities('paula')).toEqual([]);
  });

  it('says the same in English', async () => {
    const [french, english] = [await lines('paula'), await lines('paula', 'paula', 'en')];
    expect(english.map(({ since, category }) => [category, since])).toEqual(
      french.map(({ since, category }) => [category, since]),
    );
    expect(english.map(({ what }) => what)).toContain('Paula Bernard is a legal representative of Paul Bernard');
  });

  it('names no other family, whatever is recorded between the two', async () => {
    const begin = (['guards', 'barred', 'admitted', 'objected'] as const).flatMap((relation) => {
      const [subject, object] = relation === 'objected' ? ['paul', 'pierre'] : ['pierre', 'paul'];
      return { relation, subject: key[subject as CastName], object: key[object as CastName] } as const;
    });
    await changeFacts(test.db, { school: COLLEGE, at: NOW - 1, source: 'local', actor: 'operator', begin });
    for (const told of [await lines('paula'), await lines('paul', 'paula')])
      expect(JSON.stringify(told)).not.toMatch(/Pierre|ne peut rien lire|par décision/);
    const own = (await lines('paul')).map(({ what }) => what);
    expect(own).toContain('Une personne ne peut rien lire de Paul Bernard');
    expect(own).toContain('Paul Bernard s’oppose à la lecture par Pierre Bernard'.replace('’', "'"));
  });

  it('leaves out no table', async () => {
    const postgres = test.db.client.config.client === 'pg';
    const rows: { name: string }[] = postgres
      ? (await test.db.raw(`select tablename as name from pg_tables where schemaname = 'public'`)).rows
      : await test.db.raw(`select name from sqlite_master where type = 'table'`);
    const unknown = rows.map(({ name }) => name).filter((name) => !Object.hasOwn(tables, name) && !silent.has(name));
    expect(unknown.sort()).toEqual([]);
  });
});

describe('every relation', () => {
  it('of persons is said in English too', () => {
    const ofPersons = (Object.keys(catalogue) as Relation[]).filter(
      (name) =>
        catalogue[name].subject === 'person' || (catalogue[name].object as readonly string[]).includes('person'),
    );
    expect(ofPersons.filter((name) => !englishRelations[name])).toEqual([]);
  });
});
