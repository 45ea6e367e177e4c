// Who asks: the module behind a token, a secret or a key, and nothing more of the provider than the API needs.
import type { IncomingMessage } from 'node:http';
import type Koa from 'koa';
import type { Withdrawn } from '../accounts/withdrawn.ts';
import type { DecisionLog } from '../audit/decisions.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import type { ResourceType, Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';

/** What the API needs to know of a module. */
interface ModuleAsking {
  readonly schools: readonly string[] | 'all';
  readonly reasons: Reasons;
  readonly scopes: readonly string[];
  readonly distributor?: string | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly ent?: string | undefined;
}

/** What the API needs of the OpenID provider. */
export interface ApiGate {
  /** By the header `Authorization`; without one, by the certificate of the request. Refuses `token_missing`, `token_invalid`, `credentials_invalid`, `scope_missing`. */
  identifyCaller(
    authorization: string | undefined,
    wanted: { scope: string },
    request?: IncomingMessage,
  ): Promise<{ readonly client: string; readonly person?: string | undefined }>;
  /** At once when it is remembered. */
  module(id: string): ModuleAsking | Promise<ModuleAsking | undefined>;
  /** The `sub` of a person for a module, and back. */
  subjectFor(client: string, person: string): Promise<string>;
  personBehind(client: string, subject: string): string | undefined | Promise<string | undefined>;
  /** Whether a person objected to a module: it is told nothing of them. */
  isClosed(client: string, person: string): boolean | Promise<boolean>;
}

/** What a module is told of why, unasked: nothing, what may be said to the person, or the facts as well. */
export type Reasons = 'none' | 'user' | 'admin';

export interface Api {
  readonly db: Db;
  readonly provider: ApiGate;
  readonly config: Pick<Config, 'issuer' | 'keyFor' | 'inspectionDays' | 'garEnt'>;
  /** Where rights are asked: graphs or prepared statements when given, else `db`. */
  readonly rights?: Source | undefined;
  /** Whose account is suspended or closed: they may nothing. */
  readonly withdrawn?: Pick<Withdrawn, 'has'> | undefined;
  /** Where decisions are logged, when they are. */
  readonly decisions?: Pick<DecisionLog, 'record' | 'write'> | undefined;
}

export interface Caller {
  /** The module. */
  readonly client: string;
  /** The signed-in person on whose behalf it speaks; none when it speaks for itself. */
  readonly person: string | undefined;
  /** The schools that the module serves; none said when it serves all. */
  readonly schools: readonly string[] | undefined;
  readonly reasons: Reasons;
  /** Whose subscriptions it writes, SIREN_ISNI. */
  readonly distributor: string | undefined;
  /** The idENT whose media centre it shows. */
  readonly ent: string | undefined;
  /** The resources of a publisher, by their ARK; none said for any other module. */
  readonly resources: readonly string[] | undefined;
  /** The scopes that the module is registered for. */
  readonly told: readonly string[];
  /** Whether the module may bring what persons ask for. */
  readonly brings: boolean;
  serves(school: string): boolean;
  /** The person behind a `sub`; none for what cannot be one. */
  personBehind(subject: string): string | undefined | Promise<string | undefined>;
  /**
   * The same, of those whom it may ask about: a token that speaks for a person asks about that person only, and nobody
   * about those whose account is suspended or closed.
   */
  personAsked(subject: string): Promise<string | undefined>;
}

/**
 * The caller of a request, who must hold a scope: by an access token, a module's id and secret, a machine key, or a
 * certificate. They are read in the header only, never in the address. Rights tell a publisher of its own resources, by AuthZEN alone:
 * `not_allowed` for everything else that they open.
 */
export async function callerOf(ctx: Koa.Context, api: Api, scope: string): Promise<Caller> {
  const caller = await anyCallerOf(ctx, api, scope);
  if (scope === 'rights' && caller.resources)
    throw new Refusal(
      'not_allowed',
      'expected a module that asks about logbooks: a publisher asks whether a resource may be launched',
    );
  return caller;
}

/** The same, a publisher among them. */
export async function anyCallerOf(ctx: Koa.Context, { provider, withdrawn }: Api, scope: string): Promise<Caller> {
  const { client, person } = await provider.identifyCaller(ctx.req.headers.authorization, { scope }, ctx.req);
  const known = provider.module(client);
  const module = known instanceof Promise ? await known : known;
  if (!module) throw new Refusal('token_invalid', 'expected the token of a module that is registered');
  const schools = module.schools === 'all' ? undefined : module.schools;
  let looked: Map<string, Promise<string | undefined>> | undefined;
  const personBehind: Caller['personBehind'] = (subject) => {
    if (!isPlain(subject)) return undefined;
    const before = looked?.get(subject);
    if (before) return before;
    const found = provider.personBehind(client, subject);
    if (found instanceof Promise) {
      looked ??= new Map();
      looked.set(subject, found);
    }
    return found;
  };
  return {
    client,
    person,
    schools,
    reasons: module.reasons,
    distributor: module.distributor,
    resources: module.resources?.length ? module.resources : undefined,
    ent: module.ent,
    told: module.scopes,
    brings: module.scopes.includes('grants'),
    serves: (school) => !schools || schools.includes(school),
    personBehind,
    personAsked: async (subject) => {
      const asked = await personBehind(subject);
      if (asked === undefined || (person !== undefined && person !== asked)) return undefined;
      return (await withdrawn?.has(asked)) ? undefined : asked;
    },
  };
}

/** What a module may ask about: an absence of staff is never shown to one, whoever it asks for (I6), nor who does what at a school, nor who launches what. */
export function isAskable(type: string): type is Askable {
  return type === 'logbook' || type === 'lesson';
}

export type Askable = Exclude<ResourceType, 'absence' | 'school' | 'offer'>;

/** Whether a text could be one of our keys: short, and without what a database cannot hold. */
export function isPlain(key: string): boolean {
  return key.length > 0 && key.length <= 255 && !key.includes('\0');
}

/** Answers every other method of an address. */
export function onlyMethods(...allowed: readonly string[]): Koa.Middleware {
  return (ctx) => {
    ctx.set('Allow', allowed.join(', '));
    throw new Refusal('method_not_allowed', `expected ${allowed.join(' or ')}`);
  };
}

/** Answers with JSON that no cache keeps. */
export function answerJson(ctx: Koa.Context, body: unknown, status = 200): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.type = 'application/json';
  ctx.body = JSON.stringify(body);
}
