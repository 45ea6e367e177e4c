// A publisher's connector as openid-client makes it: one resource is named, and what comes back is shown as it came.
import * as openid from 'openid-client';
import { keepAccessToken, PreauUnreachable, type RelyingParty, reach, remembered } from '../module/relying-party.ts';

export interface PartySettings {
  /** Préau's address. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The publisher's own address, without a trailing slash. */
  readonly origin: string;
  /** The ARK of its resource. */
  readonly resource: string;
}

/** What Préau sent, whole. */
export interface Received {
  /** The pseudonym. */
  readonly sub: string;
  /** The session of Préau, for the day when it ends. */
  readonly sid: string | undefined;
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly userinfo: Readonly<Record<string, unknown>>;
}

/** What is remembered of a sign-in until the browser comes back. */
export interface Departed {
  readonly nonce: string;
  readonly verifier: string;
}

export interface Party {
  /** Where to send a browser, and what to remember until it comes back. */
  signIn(): Promise<{ url: URL; state: string } & Departed>;
  /** Redeems the code of an answer, and asks userinfo once. */
  comeBack(answer: URL, state: string, departed: Departed): Promise<Received>;
  /** Whether Préau still lets somebody launch the resource, by the pseudonym alone. */
  mayLaunch(sub: string): Promise<boolean>;
  metadata: RelyingParty['metadata'];
}

const ANSWERS_WITHIN = 5_000;

export function openParty({ issuer, clientId, clientSecret, origin, resource }: PartySettings): Party {
  const configuration = remembered(() =>
    openid.discovery(new URL(issuer), clientId, {}, openid.ClientSecretBasic(clientSecret), {
      [openid.customFetch]: (url, options) => reach(url, options as RequestInit),
      timeout: ANSWERS_WITHIN / 1000,
      // plain http is for this machine only: the demo
      execute: issuer.startsWith('http://localhost:') ? [openid.allowInsecureRequests] : [],
    }),
  );
  const token = keepAccessToken(issuer, configuration);
  return {
    metadata: async () => (await configuration()).serverMetadata(),

    async signIn() {
      const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()];
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: `${origin}/retour`,
        scope: 'openid',
        // the standard spelling; `idRessource` is taken too
        resource,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ui_locales: 'fr',
        state,
        nonce,
      });
      return { url, state, nonce, verifier };
    },

    async comeBack(answer, state, { nonce, verifier }) {
      const config = await configuration();
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      const tokens = await openid.authorizationCodeGrant(config, answer, checks);
      const idToken = tokens.claims();
      if (!idToken) throw new Error('expected an ID token');
      const userinfo = await openid.fetchUserInfo(config, tokens.access_token, idToken.sub);
      const { sid } = idToken;
      return { sub: idToken.sub, sid: typeof sid === 'string' ? sid : undefined, idToken, userinfo };
    },

    async mayLaunch(sub) {
      const answer = await reach(`${issuer}/access/v1/evaluation`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await token.accessToken()}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          subject: { type: 'user', id: sub },
          action: { name: 'launch' },
          resource: { type: 'resource', id: resource },
        }),
      });
      if (answer.status === 401) token.forgetAccessToken();
      if (!answer.ok) throw new PreauUnreachable(`Préau answered ${answer.status}`);
      const { decision } = (await answer.json()) as { decision?: unknown };
      return decision === true;
    },
  };
}
