// A provider that listens, with the thinnest pages that can play a person's part, and a browser that follows it.
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import * as client from 'openid-client';
import { epochOf, openAccount } from '../../src/accounts/accounts.ts';
import { mustHoldFactor } from '../../src/accounts/factors/factors.ts';
import { openTrail, type Trail } from '../../src/audit/audit.ts';
import { type Config, demoConfig } from '../../src/config.ts';
import { Refusal } from '../../src/errors.ts';
import { addModule, type Module, type NewModule } from '../../src/oidc/modules.ts';
import { type IdentityProvider, openIdentityProvider, type ProviderPages } from '../../src/oidc/oidc.ts';
import { apiScopes } from '../../src/oidc/scopes.ts';
import type { Db } from '../../src/storage/storage.ts';
import { type CastName, cast, deliverCast, personOf } from '../cast.ts';
import type { Engine } from '../databases.ts';

export interface House {
  readonly db: Db;
  readonly config: Config;
  readonly issuer: string;
  readonly provider: IdentityProvider;
  readonly trail: Trail;
  /** When the cast was delivered, UTC milliseconds. */
  readonly delivered: number;
  /** A second provider over the same database, as another node or a restart would be. */
  another(onError?: (error: unknown) => void): Promise<IdentityProvider>;
  /** Registers a module with a redirect URI of its own, and configures openid-client for it. */
  module(asked?: Partial<NewModule>): Promise<Registered>;
  /** The key of a member of the cast, with an account. */
  account(who: CastName): Promise<string>;
  close(): Promise<void>;
}

export interface Registered {
  readonly module: Module;
  readonly secret: string;
  readonly rp: client.Configuration;
  readonly redirectUri: string;
}

const pages: ProviderPages = {
  error: (_ctx, { error, description, status }) => `<p id="error">${status} ${error}: ${plain(description)}</p>`,
  signOut: (_ctx, { form, module }) =>
    `<p id="module">${module ?? ''}</p>${form}<button form="op.logoutForm" name="logout" value="yes">yes</button>`,
  signedOut: () => '<p id="signed-out">bye</p>',
  switchPerson: (_ctx, { action, xsrf }) =>
    `<p id="switch"></p><form action="${action}"><input name="xsrf" value="${xsrf}"/></form>`,
};

export const SECRET = randomBytes(48).toString('base64url');

let modules = 0;

export async function openHouse(
  open: Engine['open'],
  {
    outgoingHosts = [] as string[],
    settings = {},
  }: { outgoingHosts?: string[]; settings?: Partial<Pick<Config, 'clientCertificates'>> } = {},
): Promise<House> {
  const { db, url, close } = await open();
  const delivered = Date.now() - 1000; // this year's facts, whatever the year the tests run in
  await deliverCast(db, delivered);
  const server = createServer();
  const port = await listen(server);
  const config = { ...demoConfig({ secret: SECRET, database: url, port, outgoingHosts }), ...settings };
  const trail = openTrail(db, { everyMs: 50 });
  const provider = await openIdentityProvider({ db, config, trail, pages });
  server.on('request', appOf(provider, db).callback());
  const others: IdentityProvider[] = [];
  const { issuer } = config;
  return {
    db,
    config,
    issuer,
    provider,
    trail,
    delivered,
    another: async (onError = () => undefined) => {
      const other = await openIdentityProvider({ db, config, trail, pages, onError });
      let closing: Promise<void> | undefined;
      const close = (): Promise<void> => {
        closing ??= other.close(); // a node that has gone already is not closed again with the house
        return closing;
      };
      const node = { ...other, close };
      others.push(node);
      return node;
    },
    module: async (asked = {}) => {
      modules += 1;
      const host = `module${modules}.example`;
      const redirectUri = asked.redirectUris?.[0] ?? `https://${host}/callback`;
      const { module, secret = '' } = await addModule(
        db,
        {
          id: `module${modules}`,
          name: `Module ${modules}`,
          purpose: 'Éprouver le fournisseur d’identité.',
          responsible: 'Le collège Les Tilleuls',
          redirectUris: [redirectUri],
          scopes: ['openid', 'profile', 'roles', 'schools', 'classes', 'children', 'profiles', 'rights'],
          schools: 'all',
          ...asked,
        },
        { actor: 'test', at: Date.now() },
      );
      const rp = await client.discovery(
        new URL(issuer),
        module.id,
        { id_token_signed_response_alg: module.signing },
        authOf(module, secret),
        { execute: [client.allowInsecureRequests] },
      );
      return { module, secret, rp, redirectUri };
    },
    account: async (who) => {
      const person = await personOf(db, who);
      const identifier = cast[who].id === undefined ? who : `compte.${who}`;
      await openAccount(db, {
        person,
        identifier,
        password: `phrase bien assez longue ${who} 2026`,
        actor: 'test',
        at: Date.now(),
      });
      return person;
    },
    close: async () => {
      for (const other of others) await other.close();
      await provider.close();
      await trail.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
}

function authOf(module: Module, secret: string): client.ClientAuth {
  if (secret === '') return client.None();
  return module.auth === 'client_secret_post' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
}

/** What the portal and the frame do, at its smallest: the steps as JSON and plain posts. */
function appOf(provider: IdentityProvider, db: Db): Koa {
  const app = new Koa();
  app.on('error', (error: unknown) => console.error(error));
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      ctx.status = error.status;
      ctx.body = { refusal: error.code };
    }
  });
  app.use(async (ctx, next) => {
    ctx.set('Content-Security-Policy', "default-src 'none'; script-src 'none'; form-action 'self'");
    const [, room, , act] = ctx.path.split('/');
    if (ctx.path === '/whoami') ctx.body = (await provider.session(ctx)) ?? {};
    else if (room === 'click') {
      const { resource, school, person } = ctx.query as Record<string, string>;
      provider.noteClick(ctx, { resource: String(resource), school: String(school), person });
      ctx.body = {};
    } else if (room !== 'interaction') await next();
    else if (act === 'login' || act === 'factor') await finish(ctx, provider, db, act);
    else if (act === 'notice') await provider.finishNotice(ctx);
    else if (act === 'school') await provider.finishSchool(ctx, String(ctx.query.school));
    else if (act === 'cancel' || act === 'closed' || act === 'objected') await provider.cancel(ctx);
    else ctx.body = await provider.interaction(ctx);
  });
  app.use(provider.middleware());
  return app;
}

/** The password, with a second factor for those who must hold one; `?amr=` says otherwise. */
async function finish(ctx: Koa.Context, provider: IdentityProvider, db: Db, act: 'login' | 'factor'): Promise<void> {
  const person = String(ctx.query.person);
  const twice = act === 'factor' || (await mustHoldFactor(db, person, Date.now()));
  const amr = typeof ctx.query.amr === 'string' ? ctx.query.amr.split(' ') : twice ? ['pwd', 'otp', 'mfa'] : ['pwd'];
  await provider.finishLogin(ctx, { person, epoch: await epochOf(db, person), amr });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, 'localhost', () => resolve((server.address() as AddressInfo).port));
  });
}

interface Cookie {
  value: string;
  path: string;
}

/** A browser: it keeps cookies, and follows redirections as long as they stay at the provider. */
export class Browser {
  readonly jar = new Map<string, Cookie>();
  readonly house: House;

  constructor(house: House) {
    this.house = house;
  }

  async send(url: string | URL, form?: Record<string, string>): Promise<Response> {
    const target = new URL(url, this.house.issuer);
    const cookie = [...this.jar]
      .filter(([, { path }]) => target.pathname === path || target.pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(target, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }) },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const text of response.headers.getSetCookie()) this.keep(text);
    return response;
  }

  /** Goes to an address and on; ends where the provider shows something, or sends the browser elsewhere. */
  async follow(url: string | URL, form?: Record<string, string>): Promise<{ url: URL; response: Response }> {
    let response = await this.send(url, form);
    let at = new URL(url, this.house.issuer);
    for (let steps = 0; steps < 20; steps += 1) {
      const location = response.headers.get('location');
      if (!location) return { url: at, response };
      at = new URL(location, at);
      if (at.origin !== this.house.issuer) return { url: at, response };
      response = await this.send(at);
    }
    throw new Error(`redirected too many times, at ${at}`);
  }

  /**
   * Goes to a module as a person would: signs in, chooses a school and reads the notice when asked, and turns back where
   * a resource is closed. Returns the address it is sent to.
   */
  async enter(url: string | URL, person: string, school = ''): Promise<URL> {
    let { url: at, response } = await this.follow(url);
    for (let steps = 0; steps < 4 && at.origin === this.house.issuer; steps += 1) {
      if (!at.pathname.startsWith('/interaction/'))
        throw new Error(`${response.status} at ${at}: ${await response.text()}`);
      const { step } = (await response.json()) as { step: string };
      ({ url: at, response } = await this.follow(`${at.pathname}/${step}?person=${person}&school=${school}`, {}));
    }
    return at;
  }

  private keep(text: string): void {
    const [pair = '', ...attributes] = text.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(name.length + 1);
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
    if (value === '' || attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one))) this.jar.delete(name);
    else this.jar.set(name, { value, path });
  }
}

export interface Request {
  readonly url: URL;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** An authorization request of a module, with PKCE. */
export async function request(
  { rp, redirectUri, module }: Registered,
  more: Record<string, string> = {},
): Promise<Request> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(rp, {
    redirect_uri: redirectUri,
    scope: module.scopes.filter((scope) => !(apiScopes as readonly string[]).includes(scope)).join(' '),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  return { url, verifier, state, nonce };
}

/** A whole sign-in of a person at a module. */
export async function signIn(
  house: House,
  registered: Registered,
  person: string,
  {
    browser = new Browser(house),
    more = {},
    school,
  }: { browser?: Browser; more?: Record<string, string>; school?: string } = {},
): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers & { browser: Browser }> {
  const asked = await request(registered, more);
  const back = await browser.enter(asked.url, person, school);
  const tokens = await client.authorizationCodeGrant(registered.rp, back, {
    pkceCodeVerifier: asked.verifier,
    expectedState: asked.state,
    expectedNonce: asked.nonce,
  });
  return Object.assign(tokens, { browser });
}

/** A post to an endpoint of the provider, as a module without a library would make it. */
export async function post(
  house: House,
  path: string,
  form: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(new URL(path, house.issuer), {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
}

export function basic({ module, secret }: Registered): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${module.id}:${secret}`).toString('base64')}` };
}

function plain(text: string): string {
  return text.replaceAll('<', '&lt;');
}
