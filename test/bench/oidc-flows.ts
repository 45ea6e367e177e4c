// The same requests to whichever provider answers: what a module sends, over one connection.
import { createHash, randomBytes } from 'node:crypto';
import { type Browser, type Connection, expectStatus } from './load.ts';

export interface Client {
  readonly id: string;
  readonly secret: string;
  /** Where its sign-ins end; none when it only speaks for itself. */
  readonly redirectUri?: string;
}

/** Where a provider answers, from its discovery document. */
export interface Endpoints {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly introspection: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

export async function discover(connection: Connection): Promise<Endpoints> {
  const answer = expectStatus(await connection.send('/.well-known/openid-configuration'), 200);
  const told = JSON.parse(answer.text) as Record<string, string>;
  const path = (name: string) => new URL(told[name] ?? '').pathname;
  return {
    issuer: told.issuer ?? '',
    authorization: path('authorization_endpoint'),
    token: path('token_endpoint'),
    introspection: path('introspection_endpoint'),
  };
}

/** A JWT access token for the provider's own API, for a module that speaks for itself. */
export async function machineToken(
  connection: Connection,
  endpoints: Endpoints,
  client: Client,
  scope: string,
): Promise<string> {
  const tokens = await askTokens(connection, endpoints, client, {
    grant_type: 'client_credentials',
    scope,
    resource: `${endpoints.issuer}/api`,
  });
  if (tokens.access_token.split('.').length !== 3) throw new Error('the access token is not a JWT');
  return tokens.access_token;
}

/** Uses a refresh token once; the answer must bring another one. */
export async function refresh(
  connection: Connection,
  endpoints: Endpoints,
  client: Client,
  token: string,
): Promise<string> {
  const tokens = await askTokens(connection, endpoints, client, { grant_type: 'refresh_token', refresh_token: token });
  if (!tokens.refresh_token || tokens.refresh_token === token) throw new Error('the refresh token was not rotated');
  return tokens.refresh_token;
}

/** Asks about an opaque access token; it must be live. */
export async function introspect(
  connection: Connection,
  endpoints: Endpoints,
  client: Client,
  token: string,
): Promise<void> {
  const answer = await connection.send(endpoints.introspection, {
    method: 'POST',
    headers: { authorization: basic(client) },
    body: { token, token_type_hint: 'access_token' },
  });
  if (JSON.parse(expectStatus(answer, 200).text).active !== true) throw new Error('the token is not active');
}

export interface SignIn {
  readonly endpoints: Endpoints;
  readonly client: Client;
  readonly scope: string;
  readonly loginHint?: string;
  /** Answers the pages on the way; none is expected when it is not given. */
  readonly answerPages?: (browser: Browser, at: { path: string; text: string }) => ReturnType<Browser['go']>;
}

/** A whole sign-in of a module: authorization with PKCE, whatever pages come, code, tokens. */
export async function signIn(
  browser: Browser,
  { endpoints, client, scope, loginHint, answerPages }: SignIn,
): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const asked = new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    scope,
    redirect_uri: client.redirectUri ?? '',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 's',
    nonce: 'n',
    ...(loginHint !== undefined && { login_hint: loginHint }),
  });
  let at = await browser.go(`${endpoints.authorization}?${asked}`);
  for (let pages = 0; at.page && answerPages && pages < 4; pages += 1) {
    expectStatus(at.page, 200);
    at = await answerPages(browser, { path: at.path, text: at.page.text });
  }
  if (at.page) throw new Error(`a page came instead of a code: ${at.page.status} ${at.path}`);
  const code = at.left?.searchParams.get('code');
  if (!code) throw new Error(`no code came: ${at.left?.search}`);
  return askTokens(browser.connection, endpoints, client, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri ?? '',
    code_verifier: verifier,
  });
}

/** Fills the page's one form: hidden fields as they are, the others as given, and sends it where it says. */
export function fillForm(
  browser: Browser,
  at: { path: string; text: string },
  fields: Readonly<Record<string, string>>,
): ReturnType<Browser['go']> {
  const form = [...at.text.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/gi)].map(([text]) => text);
  const chosen = form.find((text) => Object.keys(fields).every((name) => text.includes(`name="${name}"`)));
  if (!chosen) throw new Error(`no form on ${at.path} has the fields ${Object.keys(fields).join(', ')}`);
  const body: Record<string, string> = {};
  for (const [input] of chosen.matchAll(/<input[^>]*>/gi)) {
    const name = attribute(input, 'name');
    if (name && attribute(input, 'type') === 'hidden') body[name] = attribute(input, 'value') ?? '';
  }
  const action = attribute(chosen.slice(0, chosen.indexOf('>') + 1), 'action') ?? at.path;
  return browser.go(action, { method: 'POST', body: { ...body, ...fields } });
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1]?.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
}

async function askTokens(
  connection: Connection,
  endpoints: Endpoints,
  client: Client,
  body: Record<string, string>,
): Promise<Tokens> {
  const headers = { authorization: basic(client) };
  const answer = await connection.send(endpoints.token, { method: 'POST', headers, body });
  return JSON.parse(expectStatus(answer, 200).text) as Tokens;
}

function basic({ id, secret }: Client): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}
