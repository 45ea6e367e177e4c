// SAML 2.0, as a service provider: requests by redirection, responses by post, and what we say of ourselves. Nothing is fetched.
import { type CacheProvider, SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import type { Verified } from './assertion.ts';
import { newRequest, requestedAt } from './requests.ts';
import { namespaces, need, requireShape } from './shape.ts';
import { liveCertificates, type Provider } from './sheet.ts';
import { OLDEST, readAssertion, SKEW, type Us } from './signed-assertion.ts';
import { type Element, Refused, readXml, within } from './xml.ts';

/** What we are called, and where responses are posted. */
export function usAt(issuer: string): Us {
  return { entityId: `${issuer}/upstream/metadata`, consumer: `${issuer}/upstream/acs` };
}

/** How large a response may be as it is posted, in characters of base64. */
const LARGEST = 200_000;

/**
 * The address at a provider that asks it who is there, and the id of the request. `anew`: whoever is signed in there
 * shows again who they are.
 */
export async function requestTo(
  provider: Provider,
  { us, key, anew, at }: { us: Us; key: Buffer; anew: boolean; at: number },
): Promise<{ address: string; request: string }> {
  const request = newRequest(key, at);
  const saml = readerOf(provider, { us, key, at, anew, request });
  return { address: await saml.getAuthorizeUrlAsync('', undefined, {}), request };
}

/** Who signed a response, as it says itself: to know whose keys to verify it with. Throws `Refused`. */
export function issuerOf(response: string): string {
  const [issuer, ...more] = within(documentIn(response), namespaces.assertion, 'Issuer');
  const [assertion] = within(documentIn(response), namespaces.assertion, 'Assertion');
  const [inside] = assertion ? within(assertion, namespaces.assertion, 'Issuer') : [];
  const said = (issuer ?? inside)?.text ?? '';
  need(more.length === 0 && said !== '', 'no issuer');
  return said;
}

/**
 * Verifies a response of a provider, and reads its assertion from what was signed and nothing else. Throws `Refused` with
 * what is wrong, for the log.
 */
export async function verifyResponse(
  provider: Provider,
  { response, us, key, at }: { response: string; us: Us; key: Buffer; at: number },
): Promise<Verified> {
  const root = documentIn(response);
  const { assertion, signed } = requireShape(root);
  need(provider.signs === 'response' ? signed.response : signed.assertion, 'not signed');
  need(provider.signs !== 'both' || signed.response, 'not signed');
  need(root.attributes.get('Destination') === us.consumer, 'for another destination');
  for (const { text } of within(root, namespaces.assertion, 'Issuer'))
    need(text === provider.entityId, 'another issuer');
  const signedXml = await signedAssertion(provider, { response, us, key, at, signed });
  const verified = readAssertion(signedXml, { provider, us, at });
  need(requestedAt(key, verified.request, at) !== undefined, 'in answer to no request of ours');
  need(root.attributes.get('InResponseTo') === verified.request, 'in answer to two requests');
  need(assertion.attributes.get('ID') === verified.id, 'two assertions');
  return verified;
}

/** What a provider reads of us (SAML V2.0 Metadata). */
export function metadataOf({ entityId, consumer }: Us): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escaped(entityId)}">`,
    `  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${namespaces.protocol}">`,
    '    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>',
    `    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escaped(consumer)}" index="0" isDefault="true"/>`,
    '  </md:SPSSODescriptor>',
    '</md:EntityDescriptor>',
    '',
  ].join('\n');
}

interface Reading {
  readonly us: Us;
  readonly key: Buffer;
  readonly at: number;
  readonly anew?: boolean;
  readonly request?: string;
  /** What bears a signature: each must hold. */
  readonly signed?: { readonly response: boolean; readonly assertion: boolean };
}

/** The bytes that a provider signed, once their signature holds. */
async function signedAssertion(
  provider: Provider,
  { response, ...reading }: Reading & { response: string },
): Promise<string> {
  const saml = readerOf(provider, reading);
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response }).catch((error: unknown) => {
    throw new Refused(error instanceof Error ? `not verified: ${plainly(error.message)}` : 'not verified');
  });
  const xml = profile?.getAssertionXml?.();
  need(xml !== undefined && xml !== '', 'no assertion');
  return xml;
}

/** What the library says, without what the message held. */
function plainly(message: string): string {
  const [first = ''] = message.split(/[.:]/);
  return /^[\w ,'-]{1,80}$/.test(first) ? first : 'refused';
}

function readerOf(provider: Provider, { us, key, at, anew = false, request, signed }: Reading): SAML {
  const certificates = liveCertificates(provider, at);
  need(certificates.length > 0, 'no certificate of the provider is good');
  return new SAML({
    callbackUrl: us.consumer,
    issuer: us.entityId,
    audience: us.entityId,
    entryPoint: provider.signIn,
    idpIssuer: provider.entityId,
    idpCert: certificates,
    wantAssertionsSigned: provider.signs !== 'response' || signed?.assertion === true,
    wantAuthnResponseSigned: provider.signs !== 'assertion' || signed?.response === true,
    acceptedClockSkewMs: SKEW,
    maxAssertionAgeMs: OLDEST,
    identifierFormat: provider.subject === 'NameID' ? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' : null,
    disableRequestedAuthnContext: true,
    forceAuthn: anew,
    validateInResponseTo: ValidateInResponseTo.always,
    cacheProvider: ours(key, at),
    ...(request !== undefined && { generateUniqueId: () => request }),
  });
}

/** Requests are kept nowhere: those that we made are known by their ids. */
function ours(key: Buffer, at: number): CacheProvider {
  return {
    saveAsync: async (id, value) => ({ value, createdAt: at, id }),
    getAsync: async (id) => {
      const made = id === null ? undefined : requestedAt(key, id, at);
      return made === undefined ? null : new Date(made).toISOString();
    },
    removeAsync: async (id) => id,
  };
}

/** A response as it was posted, read as a tree. */
function documentIn(response: string): Element {
  // without its blanks: to look for the last of them from each one on would hold everybody up for minutes
  need(response.length <= LARGEST && /^[A-Za-z0-9+/]+={0,2}$/.test(response.replace(/\s+/g, '')), 'not base64');
  try {
    return readXml(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(response, 'base64')));
  } catch (error) {
    throw error instanceof Refused ? error : new Refused('not UTF-8');
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
