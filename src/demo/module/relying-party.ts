// The module as an OpenID relying party: everything it knows of Préau comes from discovery.
import * as openid from 'openid-client';
import type { Claims } from './claims.ts';
import { readClaims } from './claims.ts';
import type { Departure } from './sessions.ts';

export interface RelyingPartySettings {
  /** Préau's address. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The module's own address, without a trailing slash. */
  readonly origin: string;
}

export interface RelyingParty {
  /** Préau's metadata, read once it answers. */
  metadata(): Promise<openid.ServerMetadata>;
  /** Where to send a browser to sign in, and what to remember until it comes back. */
  signIn(): Promise<{ url: URL; state: string; nonce: string; verifier: string }>;
  /** Redeems the code of an answer from Préau and returns the verified claims. */
  comeBack(answer: URL, state: string, departure: Departure): Promise<Claims>;
  /** Where to send a browser to end Préau's session too. */
  signOut(): Promise<URL>;
  /** An access token of the module itself for Préau's API; the same one until it ends. */
  accessToken(): Promise<string>;
  /** Throws away an access token that Préau no longer takes. */
  forgetAccessToken(): void;
}

/** Préau does not answer, or not in time. */
export class PreauUnreachable extends Error {}

/** Whether an error comes from Préau being down, however deep. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof PreauUnreachable) return true;
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause);
}

const ANSWERS_WITHIN = 5_000;
const SCOPES = 'openid profile roles schools classes children';

export function openRelyingParty({ issuer, clientId, clientSecret, origin }: RelyingPartySettings): RelyingParty {
  const configuration = remembered(() =>
    openid.discovery(new URL(issuer), clientId, {}, openid.ClientSecretBasic(clientSecret), {
      [openid.customFetch]: (url, options) => reach(url, options as RequestInit),
      timeout: ANSWERS_WITHIN / 1000,
      // plain http is for this machine only: the demo
      execute: issuer.startsWith('http://localhost:') ? [openid.allowInsecureRequests] : [],
    }),
  );
  return {
    metadata: async () => (await configuration()).serverMetadata(),

    async signIn() {
      const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()];
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: `${origin}/retour`,
        scope: SCOPES,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ui_locales: 'fr',
        state,
        nonce,
      });
      return { url, state, nonce, verifier };
    },

    async comeBack(answer, state, { nonce, verifier }) {
      const tokens = await openid.authorizationCodeGrant(await configuration(), answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      return readClaims(tokens.claims());
    },

    // the client's name rather than an ID token: names and children do not belong in an address
    signOut: async () =>
      openid.buildEndSessionUrl(await configuration(), {
        client_id: clientId,
        post_logout_redirect_uri: `${origin}/au-revoir`,
        ui_locales: 'fr',
      }),

    ...keepAccessToken(issuer, configuration),
  };
}

/** One access token for questions to Préau on rights, asked for again a little before it ends. */
export function keepAccessToken(
  issuer: string,
  configuration: () => Promise<openid.Configuration>,
): Pick<RelyingParty, 'accessToken' | 'forgetAccessToken'> {
  let token: { value: string; until: number } | undefined;
  return {
    async accessToken() {
      if (token && token.until > Date.now()) return token.value;
      const granted = await openid.clientCredentialsGrant(await configuration(), {
        scope: 'rights',
        resource: `${issuer}/api`,
      });
      token = { value: granted.access_token, until: Date.now() + ((granted.expires_in ?? 60) - 15) * 1000 };
      return token.value;
    },
    forgetAccessToken() {
      token = undefined;
    },
  };
}

/** What is read once and kept; a reading that failed is tried again the next time. */
export function remembered<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().catch((error) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}

/** A request to Préau; no answer, or an answer that says it is down, is `PreauUnreachable`. */
export async function reach(url: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN), ...options });
  } catch (cause) {
    throw new PreauUnreachable('no answer from Préau', { cause });
  }
  if (response.status >= 502 && response.status <= 504) throw new PreauUnreachable(`Préau answered ${response.status}`);
  return response;
}
