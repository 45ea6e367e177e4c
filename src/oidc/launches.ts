// How a person enters a publisher: which resource, from which school, whether they may, and what the publisher is sent.
import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { versionSaying } from '../accounts/notices.ts';
import { type Launchable, launchable } from '../acts/launching.ts';
import { type AttributeName, buildAttributes } from '../resources/attributes.ts';
import { type Resource, releasable } from '../resources/registry.ts';
import { recordRelease } from '../resources/releases.ts';
import type { Source } from '../rights/rights.ts';
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { arkIn } from './asked-resource.ts';
import type { Clicks } from './clicks.ts';
import { lifetimes } from './lifetimes.ts';
import type { Module } from './sheet.ts';
import type { Traces } from './traces.ts';
import type { Visits } from './visits.ts';

/** A resource that somebody may open now, from a school. */
export interface Opened {
  readonly resource: Resource;
  /** The UAI of the click. */
  readonly school: string;
  /** Every school from which they may. */
  readonly schools: readonly string[];
  readonly offer: string;
}

/** What a request to enter a publisher comes to. */
export type Launch =
  /** The person objected to the module, or somebody who represents them did. */
  | { readonly kind: 'objected' }
  | { readonly kind: 'closed'; readonly ark: string }
  | { readonly kind: 'choose'; readonly ark: string; readonly name: string; readonly schools: readonly string[] }
  | { readonly kind: 'open'; readonly opened: Opened };

/** What tokens say of where they come from: oidc-provider gives it back at introspection. */
export interface TokenOrigin {
  readonly idRessource: string;
  /** The school of the click; not said to whom it is not sent, who would read it there. */
  readonly UAI?: readonly string[];
}

/** A code, or a token, as far as it tells what it was given for. */
interface Given {
  readonly accountId?: string | undefined;
  readonly sessionUid?: string | undefined;
  readonly resource?: string | readonly string[] | undefined;
  readonly extra?: Record<string, unknown> | undefined;
}

interface Around {
  readonly db: Db;
  readonly rights: Source;
  readonly statements: Statements;
  readonly clicks: Clicks;
  readonly visits: Visits;
  readonly traces: Traces;
  readonly subjectOf: (module: Module, person: string) => Promise<string>;
  /** What hashes of values are keyed with. */
  readonly key: Buffer;
}

export interface Launches {
  /** Where a request of a publisher leads: asked once, while the request lasts. */
  ahead(ctx: KoaContextWithOIDC, module: Module): Promise<Launch>;
  /** Keeps that a session enters a publisher for a resource. */
  enter(ctx: KoaContextWithOIDC, module: Module, opened: Opened): Promise<void>;
  /** What a code or a token was given for, if its person may open that still. */
  behind(module: Module, given: Given): Promise<Opened | undefined>;
  /** What the publisher is sent at an endpoint; kept before it leaves. */
  claims(module: Module, sent: { person: string; opened: Opened; use: string }): Promise<Record<string, unknown>>;
}

export function openLaunches({ db, rights, statements, clicks, visits, traces, subjectOf, key }: Around): Launches {
  const asked = new WeakMap<object, Promise<Launch>>();

  const offersFor = async (module: Module, person: string, ark: string): Promise<Launchable[]> => {
    if (!module.resources.includes(ark)) return [];
    const found = await launchable(rights, { db, person, at: Date.now(), resource: ark });
    return found.filter(({ school }) => module.schools === 'all' || module.schools.includes(school));
  };

  /** The school of a click, which is this person's from here on. */
  const clickedAt = (ctx: KoaContextWithOIDC, of: { resource: string; person: string }): string | undefined => {
    const found = clicks.find(ctx.get('Cookie'), { ...of, at: Date.now() });
    if (found?.cookie !== undefined) ctx.append('Set-Cookie', found.cookie);
    return found?.click.school;
  };

  const look = async (ctx: KoaContextWithOIDC, module: Module): Promise<Launch> => {
    const { session, account, params, result } = ctx.oidc;
    const ark = arkIn(params?.resource);
    const person = account?.accountId;
    if (ark === undefined || person === undefined || !session) return { kind: 'closed', ark: ark ?? '' };
    const found = await offersFor(module, person, ark);
    const schools = [...new Set(found.map(({ school }) => school))];
    if (schools.length === 0) return { kind: 'closed', ark };
    const from =
      chosenIn(result) ??
      clickedAt(ctx, { resource: ark, person }) ??
      (await stillOpen(schools, visits.schoolOf({ session: session.uid, client: module.id, resource: ark }))) ??
      (schools.length === 1 ? schools[0] : undefined);
    if (from === undefined) return { kind: 'choose', ark, name: found[0]!.resource.name, schools };
    const opened = openedFrom(found, from);
    return opened ? { kind: 'open', opened } : { kind: 'closed', ark };
  };

  return {
    ahead: (ctx, module) => {
      const before = asked.get(ctx);
      if (before) return before;
      const launch = look(ctx, module);
      asked.set(ctx, launch);
      return launch;
    },
    enter: async (ctx, module, { resource, school, offer }) => {
      const { session } = ctx.oidc;
      const person = session?.accountId;
      if (!session || person === undefined) return;
      const at = Date.now();
      const expiresAt = at + lifetimes.sessionAbsolute * 1000;
      await visits.open({
        session: session.uid,
        client: module.id,
        resource: resource.id,
        school,
        person,
        at,
        expiresAt,
      });
      traces.opens(ctx, offer);
      const wanted = unreleasedIn(ctx, resource);
      if (wanted > 0) traces.count({ event: 'claims.omitted', client: module.id, details: { resource: resource.id } });
    },
    behind: async (module, { accountId: person, sessionUid: session, resource, extra }) => {
      const ark = arkIn(extra?.idRessource ?? resource);
      if (ark === undefined || person === undefined || session === undefined) return undefined;
      const visited = await visits.schoolOf({ session, client: module.id, resource: ark });
      const [told] = (extra?.UAI as TokenOrigin['UAI'] | undefined) ?? [visited];
      // a visit that was ended is over for all that came of it
      if (visited === undefined || told === undefined) return undefined;
      return openedFrom(await offersFor(module, person, ark), told);
    },
    claims: async (module, { person, opened, use }) => {
      const { resource, school, schools } = opened;
      const at = Date.now();
      const pseudonym = await subjectOf(module, person);
      const told = resource.schools === 'all' ? [school, ...schools.filter((one) => one !== school)] : [school];
      const visit = { person, pseudonym, school, schools: told, at };
      const claims = await buildAttributes(db, visit, releasable(resource));
      await recordRelease(statements, key, { person, client: module.id, resource: resource.id, school, claims, at });
      return use === 'userinfo' && module.attributes === 'cas' ? asCas(claims, pseudonym) : claims;
    },
  };
}

/** What a token says of where it comes from. */
export function originOf({ resource, school }: Opened): TokenOrigin {
  return { idRessource: resource.id, ...(releasable(resource).includes('UAI') && { UAI: [school] }) };
}

/** What the notice of a resource says is told apart by its version: another set of attributes is due again. */
export function noticeOf(module: Module, resource: Resource): { version: number; attributes: AttributeName[] } {
  const attributes = releasable(resource);
  const said = createHash('sha256')
    .update(JSON.stringify([resource.id, attributes, resource.schools]))
    .digest();
  return { version: versionSaying(module.noticeVersion, said.readUInt32BE()), attributes };
}

function chosenIn(result: unknown): string | undefined {
  const { launch } = (result ?? {}) as { launch?: { school?: unknown } };
  return typeof launch?.school === 'string' ? launch.school : undefined;
}

async function stillOpen(schools: readonly string[], before: Promise<string | undefined>): Promise<string | undefined> {
  const school = await before;
  return school !== undefined && schools.includes(school) ? school : undefined;
}

function openedFrom(found: readonly Launchable[], school: string): Opened | undefined {
  const first = found.find((one) => one.school === school);
  if (!first) return undefined;
  const schools = [...new Set(found.map((one) => one.school))];
  return { resource: first.resource, school, schools, offer: first.offer.id };
}

/** How many claims a request names that the resource is not sent; scopes that open claims of modules among them. */
function unreleasedIn(ctx: KoaContextWithOIDC, resource: Resource): number {
  const scopes = String(ctx.oidc.params?.scope ?? '').split(' ');
  const released: readonly string[] = ['sub', ...releasable(resource)];
  const named = [...scopes.filter((scope) => /^(profile|email|roles|classes|children|profiles|schools)$/.test(scope))];
  try {
    const asked = JSON.parse(String(ctx.oidc.params?.claims ?? '{}')) as Record<string, object>;
    for (const group of [asked.userinfo, asked.id_token]) named.push(...Object.keys(group ?? {}));
  } catch {
    return named.length + 1; // what cannot be read is not answered either
  }
  return named.filter((name) => !released.includes(name)).length;
}

/** What carries the shape of CAS. */
export const casClaims = ['id', 'attributes'] as const;

/** The shape of CAS: lists and texts under `attributes`, and nothing with members. */
function asCas(claims: Readonly<Record<string, unknown>>, pseudonym: string): Record<string, unknown> {
  const flat = Object.entries(claims).filter(([, value]) => [value].flat().every((one) => typeof one === 'string'));
  return { id: pseudonym, attributes: Object.fromEntries(flat) };
}
