// OpenID Connect: the one door to the provider. Nothing outside this room knows oidc-provider.
import type { IncomingMessage } from 'node:http';
import type Koa from 'koa';
import { errors } from 'oidc-provider';
import { acknowledgeNotice, goingOn, noticeDue, signingIn } from '../accounts/accounts.ts';
import { mustHoldFactor } from '../accounts/factors/factors.ts';
import type { Trail } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { openModuleObjections } from '../privacy/module-objections.ts';
import { openPseudonyms } from '../resources/pseudonyms.ts';
import type { Source } from '../rights/rights.ts';
import { openStatements, type Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { arrive } from './ahead.ts';
import { type Identify, openCallers } from './callers.ts';
import { openCertificates } from './certificates.ts';
import { openClicks } from './clicks.ts';
import { openDispatch } from './dispatch.ts';
import { watchEntitlements } from './endings.ts';
import { arrangementOf, buildEngine, type Engine, tellModule } from './engine.ts';
import { openEntering } from './entering.ts';
import { openFreshness } from './freshness.ts';
import { type Interaction, type Login, openInteractions, type Passed, type Session } from './interactions.ts';
import { ensureKeys, publishedKeys } from './keys.ts';
import { openKnownKeys } from './known-keys.ts';
import { openKnownModules } from './known-modules.ts';
import { openLaunches } from './launches.ts';
import { watchObjections } from './objected.ts';
import { replaceOwnForms } from './own-forms.ts';
import { hooksOf, type ProviderPages } from './pages.ts';
import { revisionsNow } from './revisions.ts';
import { sealWith } from './seal.ts';
import { openSightings } from './seen-certificates.ts';
import { carryOver, type OpenSession, sessionKey } from './sessions.ts';
import { isPublisher, type Module } from './sheet.ts';
import { openStanding } from './standing.ts';
import { openStore } from './store.ts';
import { openSubjects } from './subjects.ts';
import { openTraces } from './traces.ts';
import { openVisits } from './visits.ts';
import { openWork } from './work.ts';

export type { Interaction, Login, Passed, Session } from './interactions.ts';
export type { ProviderPages } from './pages.ts';

/** What an access token for our own API says once it is verified. */
export interface AccessToken {
  readonly client: string;
  readonly scopes: readonly string[];
  /** The person's `sub` for that client; none when the module speaks for itself. */
  readonly subject?: string | undefined;
  /** The key of that person. */
  readonly person?: string | undefined;
}

export interface IdentityProvider {
  /** Serves every OIDC route; mounted last, at the root. */
  middleware(): Koa.Middleware;
  /** What is asked of the browser now; `form_expired` when nothing is. */
  interaction(ctx: Koa.Context): Promise<Interaction>;
  finishLogin(ctx: Koa.Context, login: Login): Promise<void>;
  /** Whether a password is not enough for a person: they hold a second factor, or must. */
  asksFactorOf(person: string): Promise<boolean>;
  /** Keeps what was shown so far and asks the browser for the next step; it opens nothing by itself. */
  goOn(ctx: Koa.Context, passed: Passed): Promise<void>;
  finishNotice(ctx: Koa.Context): Promise<void>;
  /** Goes on to a resource from a school that was offered; `bad_request` for another. */
  finishSchool(ctx: Koa.Context, school: string): Promise<void>;
  /** Notes from which school a browser goes to a resource: its sign-in there, within minutes, is from that school. */
  noteClick(ctx: Koa.Context, click: { resource: string; school: string; person: string | undefined }): void;
  cancel(ctx: Koa.Context): Promise<void>;
  /** Who is signed in; `since` is UTC milliseconds. */
  session(ctx: Koa.Context): Promise<Session | undefined>;
  /** Verifies an access token for our API, which may be bound to the certificate of a request: `token_missing`, `token_invalid`, `scope_missing`. */
  verifyAccessToken(
    token: string | undefined,
    wanted: { scope: string },
    request?: IncomingMessage,
  ): Promise<AccessToken>;
  /**
   * Who asks our API, by the header `Authorization`: an access token, a module's own id and secret (`Basic`), or a key
   * of one of its machines; without the header, by the certificate that the request came with. `token_missing`,
   * `token_invalid`, `credentials_invalid`, `scope_missing`.
   */
  identifyCaller: Identify;
  /** At once when it is remembered. */
  module(id: string): Module | Promise<Module | undefined>;
  /** The person's `sub` for a client. */
  subjectFor(client: string, person: string): Promise<string>;
  /** The key of the person behind a `sub` of that client; at once when it is remembered. */
  personBehind(client: string, subject: string): string | undefined | Promise<string | undefined>;
  /** Whether a person objected to a client: it is told nothing of them. */
  isClosed(client: string, person: string): boolean | Promise<boolean>;
  /** Ends every session and grant of a person, telling the modules; returns how many sessions ended. */
  endSessions(person: string): Promise<number>;
  /** The sessions that a person has open, the newest first; `current` is the one whose `sid` is given. */
  sessionsOf(person: string, sid: string): Promise<(OpenSession & { readonly current: boolean })[]>;
  /** Ends one session of a person, by the key that `sessionsOf` gave, telling its modules; whether there was one. */
  endSession(person: string, key: string): Promise<boolean>;
  /**
   * What keeps one session of a person while all others end, for `changePassword`: `carry` in its transaction, then `end`,
   * which tells the modules of the others.
   */
  keepOnly(session: { person: string; sid: string }): {
    readonly carry: (tx: Db, epoch: number) => Promise<void>;
    readonly end: () => Promise<void>;
  };
  reloadKeys(): Promise<void>;
  /** Takes up at once what was changed of modules and of their machines' keys; other nodes do within a second. */
  reloadModules(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the provider on a migrated database: keys are made when there are none, modules are read, and changes that
 * other processes make to either are noticed within a second or so.
 */
export async function openIdentityProvider({
  db,
  config,
  trail,
  pages,
  rights: given,
  statements: lent,
  gaveUp = () => undefined,
  onError = () => undefined,
}: {
  db: Db;
  config: Config;
  trail: Trail;
  pages: ProviderPages;
  /** Where it is asked what somebody may launch: graphs when given, else prepared statements. */
  rights?: Source;
  /** Prepared statements on the same database, which stay the caller's; its own when not given. */
  statements?: Statements;
  /** Hears how many ends of sessions a module was told in vain for so long that nobody tells it any more. */
  gaveUp?: (client: string, count: number) => void;
  /** Hears of a turn of the work beside requests that failed; the next one tries again. */
  onError?: (error: unknown) => void;
}): Promise<IdentityProvider> {
  // first: a file that is amiss opens nothing
  const certificates = openCertificates(config, {
    onIgnored: () => traces.count({ event: 'certificate.ignored' }),
    onError,
  });
  const seal = sealWith(config.keyFor('storage'));
  await ensureKeys(db, seal, Date.now());
  const modules = openKnownModules(db);
  const machineKeys = openKnownKeys(db);
  const statements = lent ?? (await openStatements(db));
  const standing = openStanding({
    goingOn: (person) => goingOn(statements, person),
    signingIn: (person) => signingIn(statements, person, Date.now()),
    noticeDue: (one) => noticeDue(statements, one),
    mustHoldFactor: (person) => mustHoldFactor(statements, person, Date.now()),
  });
  const objections = await openModuleObjections(db);
  const store = await openStore(db, seal, { statements, findModule: modules.metadata, goesOn: standing.goesOn });
  const rights = given ?? statements;
  const seen = await revisionsNow(statements); // before what it is the revision of
  const reloadModules = async (): Promise<void> => {
    await Promise.all([modules.reload(), machineKeys.reload()]);
    pseudonyms.forget();
  };
  const pseudonyms = openPseudonyms(db, statements, config.keyFor('pseudonyms'));
  await reloadModules();
  const subjects = openSubjects(statements, config.keyFor('subjects'));
  const traces = openTraces(trail);
  const sightings = openSightings(db, { onError });
  const dispatch = openDispatch({
    db,
    statements,
    seal,
    deliver: (news) => engine.tell(news),
    told: (client, delivered) => traces.count({ event: delivered ? 'logout.delivered' : 'logout.undelivered', client }),
    gaveUp,
    onError,
  });
  const subjectOf = async (module: Module, person: string): Promise<string> => {
    if (isPublisher(module)) return pseudonyms.of(module.sector, person);
    return module.subject === 'public' ? person : subjects.of(module.sector, person);
  };
  const clicks = openClicks(seal, { secure: config.issuer.startsWith('https:') });
  const launches = openLaunches({
    db,
    rights,
    statements: statements,
    clicks,
    visits: openVisits(statements),
    traces,
    subjectOf,
    key: config.keyFor('releases'),
  });
  const parts = {
    config,
    store,
    modules,
    certificates,
    isActive: standing.isActive,
    factors: standing.factors,
    hooks: hooksOf(pages),
    pairwiseIdentifier: async (_ctx: unknown, person: string, { clientId }: { clientId: string }) => {
      const module = await modules.get(clientId);
      return module ? subjectOf(module, person) : person;
    },
    ...openEntering(db, { config, store, modules, standing, launches, closed: objections.has, subjectOf }),
  };

  const build = async (): Promise<Engine> =>
    buildEngine(parts, await publishedKeys(db, seal, Date.now()), { dispatch, traces, sightings });
  let engine = await build();
  const reloadKeys = async (): Promise<void> => {
    const keys = await publishedKeys(db, seal, Date.now());
    if (arrangementOf(keys) !== engine.arrangement) engine = buildEngine(parts, keys, { dispatch, traces, sightings });
  };
  const freshness = openFreshness({
    revision: async () => (await revisionsNow(statements)).modules,
    reload: reloadModules,
    seen: seen.modules,
  });
  const work = openWork({
    modules: freshness.look,
    keys: reloadKeys,
    farewells: dispatch.look,
    entitlements: watchEntitlements(db, { rights, modules, seal }),
    objections: watchObjections(db, seal, objections),
    onError,
  });

  const interactions = openInteractions(() => engine.provider, {
    config,
    modules,
    traces,
    isActive: standing.isActive,
    goesOn: standing.goesOn,
    acknowledge: async (notice) => {
      await acknowledgeNotice(db, { ...notice, at: Date.now() });
    },
  });

  const sessionsOf: IdentityProvider['sessionsOf'] = async (person, sid) => {
    const current = sessionKey(sid);
    return (await store.sessionsOf(person, Date.now())).map((one) => ({ ...one, current: one.key === current }));
  };
  const endSession: IdentityProvider['endSession'] = async (person, key) => {
    const ended = await store.endOne(person, key);
    if (!ended) return false;
    for (const [client, { sid }] of Object.entries(ended.entered))
      if (sid !== undefined) await tellModule(engine.provider, { client, person, sid });
    traces.record({ event: 'session.ended', at: Date.now(), actor: person, subject: person });
    return true;
  };

  const { host } = new URL(config.issuer);
  return {
    ...interactions,
    asksFactorOf: standing.asksFactorOf,
    middleware: () => async (ctx, next) => {
      // addresses in answers come from the request: one that was not made to the issuer gets none
      if (!ctx.req.url?.startsWith('/') || ctx.request.host !== host)
        throw new Refusal('wrong_host', 'expected the host of the issuer');
      arrive(ctx);
      interactions.answerAsIssuer(ctx);
      await engine.handle(ctx, next);
      await settle(ctx);
      replaceOwnForms(ctx, { provider: engine.provider, pages });
      interactions.letFormsLead(ctx);
    },
    verifyAccessToken,
    identifyCaller: openCallers({
      modules,
      certificates,
      onCertificate: sightings.note,
      keys: machineKeys,
      lookSoon: freshness.lookSoon,
      verifyAccessToken,
      traces,
    }),
    noteClick: (ctx, click) => {
      ctx.append('Set-Cookie', clicks.carry(ctx.get('Cookie'), { ...click, at: Date.now() }));
    },
    module: (id) => modules.known(id) ?? modules.get(id),
    subjectFor: async (client, person) => subjectOf(await required(client), person),
    personBehind: (client, subject) => {
      const module = modules.known(client);
      const person = module ? behind(module, subject) : required(client).then((found) => behind(found, subject));
      return person instanceof Promise ? person.then((one) => unlessClosed(one, client)) : unlessClosed(person, client);
    },
    isClosed: (client, person) => objections.has(person, client),
    endSessions: async (person) => {
      standing.forget(person);
      const ended = await store.endAccount(person);
      for (const { entered } of ended)
        for (const [client, { sid }] of Object.entries(entered))
          if (sid !== undefined) await tellModule(engine.provider, { client, person, sid });
      traces.record({ event: 'sessions.ended', at: Date.now(), subject: person, details: { sessions: ended.length } });
      return ended.length;
    },
    sessionsOf,
    endSession,
    keepOnly: ({ person, sid }) => ({
      carry: (tx, epoch) => carryOver(tx, seal, { sid, epoch }),
      end: async () => {
        standing.forget(person);
        for (const { key, current } of await sessionsOf(person, sid)) if (!current) await endSession(person, key);
      },
    }),
    reloadKeys,
    reloadModules: freshness.look,
    close: async () => {
      await Promise.all([work.close(), dispatch.close()]); // what the one is still at does not hold up the other
      traces.close();
      await sightings.close();
      if (!lent) await statements.close();
    },
  };

  /** Nothing leaves before what it says is kept. */
  async function settle(ctx: Koa.Context): Promise<void> {
    try {
      await store.settle(ctx, ctx.status === 200);
      traces.settled(ctx);
    } catch (error) {
      if (!(error instanceof errors.InvalidGrant)) throw error;
      traces.settled(ctx, error.error);
      ctx.status = 400;
      ctx.body = { error: error.error, error_description: error.error_description };
    }
  }

  async function verifyAccessToken(
    token: string | undefined,
    { scope }: { scope: string },
    request?: IncomingMessage,
  ): Promise<AccessToken> {
    const known = engine.verify(token);
    const { client, subject, scopes, grant, certificate } = known instanceof Promise ? await known : known;
    if (certificate !== undefined && (request && certificates.shownIn(request))?.thumbprint !== certificate)
      throw new Refusal('token_invalid', 'expected the certificate that the token is bound to');
    const module = modules.known(client) ?? (await modules.get(client));
    if (!module) throw new Refusal('token_invalid', 'the module of this token is no longer registered');
    if (!scopes.includes(scope)) throw new Refusal('scope_missing', `expected the scope \`${scope}\``, { scope });
    if (subject === client) return { client, scopes };
    const person = await unlessClosed(await behind(module, subject), client);
    if (person === undefined || !(await standing.isActive(person)))
      throw new Refusal('token_invalid', 'the person of this token has no active account');
    if (grant === undefined || !(await store.goesOnUnder(grant)))
      throw new Refusal('token_invalid', 'the session of this token has ended');
    return { client, scopes, subject, person };
  }

  /** Whoever objected to a module is nobody to it. */
  function unlessClosed(person: string | undefined, client: string): string | undefined | Promise<string | undefined> {
    if (person === undefined) return undefined;
    const closed = objections.has(person, client);
    if (closed instanceof Promise) return closed.then((is) => (is ? undefined : person));
    return closed ? undefined : person;
  }

  async function required(id: string): Promise<Module> {
    const module = await modules.get(id);
    if (!module) throw new Refusal('unknown_client', `no module has the id \`${id}\``);
    return module;
  }

  function behind(module: Module, subject: string): string | Promise<string | undefined> {
    if (isPublisher(module)) return pseudonyms.behind(module.sector, subject);
    return module.subject === 'public' ? subject : subjects.behind(module.sector, subject);
  }
}
