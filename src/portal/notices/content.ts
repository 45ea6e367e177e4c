// What the notices say, from what is configured now: modules and their claims, attributes kept, rules, how long logs live.
import type { Config } from '../../config.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { schoolsExported } from '../../export/schools.ts';
import { claimsOf } from '../../oidc/claims.ts';
import { listModules, type Module } from '../../oidc/modules.ts';
import { apiScopes } from '../../oidc/scopes.ts';
import { dataHeld } from '../../privacy/notices/data.ts';
import {
  composeNotice,
  composeTerms,
  fingerprintOf,
  type NoticeContent,
  type Recipient,
} from '../../privacy/notices/document.ts';
import {
  GENERAL,
  hashOf,
  noticeInForce,
  type Publication,
  publishNotices,
  TERMS,
} from '../../privacy/notices/texts.ts';
import { policy } from '../../rights/policy.ts';
import type { Db } from '../../storage/storage.ts';

/**
 * Puts in force, at every school and for whoever has not said which, the notice that says what is configured now; and the
 * terms of use. Returns how many have a new version: none when nothing has changed.
 */
export async function publishConfigured(
  db: Db,
  { config, actor, at }: { config: Pick<Config, 'decisions'>; actor: string; at: number },
): Promise<number> {
  const [schools, modules, exported] = [await listSchools(db), await listModules(db), await schoolsExported(db)];
  const made = new Map<string, Omit<Publication, 'school'>>();
  const noticeOf = (
    degrees: readonly (1 | 2)[],
    serving: readonly Module[],
    isExported: boolean,
  ): Omit<Publication, 'school'> => {
    const name = JSON.stringify([degrees, serving.map(({ id }) => id), isExported]);
    const before = made.get(name);
    if (before) return before;
    const content = contentOf(config, { degrees, modules: serving, exported: isExported });
    const notice = { content: hashOf(fingerprintOf(content)), document: composeNotice(content) };
    made.set(name, notice);
    return notice;
  };
  const publications = [
    { school: GENERAL, ...noticeOf([1, 2], modules, exported.size > 0) },
    { school: TERMS, content: 'terms', document: composeTerms() },
    ...schools.map((school) => ({
      school: school.uai,
      ...noticeOf([school.degree], modules.filter(serving(school)), exported.has(school.uai)),
    })),
  ];
  return publishNotices(db, publications, { actor, at });
}

/** Puts the first notice ever in force, before anybody can ask for it; once there is one, changes wait for their job. */
export async function publishFirst(
  db: Db,
  { config, at }: { config: Pick<Config, 'decisions'>; at: number },
): Promise<void> {
  if (!(await noticeInForce(db, { school: GENERAL, at }))) await publishConfigured(db, { config, actor: 'system', at });
}

/** What a notice says of these modules: nobody is told less than is sent. */
export function contentOf(
  { decisions }: Pick<Config, 'decisions'>,
  {
    degrees,
    modules,
    exported = false,
  }: { degrees: readonly (1 | 2)[]; modules: readonly Module[]; exported?: boolean },
): NoticeContent {
  return {
    degrees,
    recipients: modules.map(recipientOf),
    held: dataHeld(),
    readers: policy.logbook.read.allow.map(({ name }) => name),
    absenceReaders: policy.absence.read.allow.map(({ name }) => name),
    decisionMonths: decisions.months,
    ...(exported && { exported }),
  };
}

function recipientOf({ id, name, purpose, responsible, scopes }: Module): Recipient {
  const asks = apiScopes.filter((scope) => scopes.includes(scope));
  return { id, name, purpose, responsible, claims: claimsOf(scopes), asks };
}

function serving({ uai }: School): (module: Module) => boolean {
  return ({ schools }) => schools === 'all' || schools.includes(uai);
}
