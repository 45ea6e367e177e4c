// A provider of identities of our own: it takes requests by redirection, signs what it is told to say, and posts it through the browser.
import { execFileSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';

const MINUTE = 60_000;

/** A key and its certificate. */
export interface Signer {
  readonly key: string;
  /** DER in base64. */
  readonly certificate: string;
}

/** What it says of somebody, and how: everything may be said otherwise than it should be. */
export interface Said {
  readonly subject: string;
  readonly references: readonly string[];
  readonly format: string;
  readonly issuer: string;
  readonly audience: string;
  readonly recipient: string;
  readonly destination: string;
  /** Which request it answers; empty for none. */
  readonly inResponseTo: string;
  readonly assertion: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly until: number;
  readonly authenticatedAt: number;
  readonly signs: 'assertion' | 'response' | 'both' | 'neither';
  readonly signer: Signer;
  readonly algorithms: { readonly signature: string; readonly digest: string };
  /** Changes the message before it is signed, and after. */
  readonly before: (xml: string) => string;
  readonly after: (xml: string) => string;
}

/** A request as it came. */
export interface Asked {
  readonly id: string;
  readonly consumer: string;
  readonly issuer: string;
  readonly anew: boolean;
}

export interface Idp {
  readonly origin: string;
  readonly entityId: string;
  readonly signer: Signer;
  /** The requests that came, in their order. */
  readonly asked: readonly Asked[];
  /** What it says to whoever comes next, and from then on. */
  says(said: Partial<Said>): void;
  /** A response to a request, as it is posted. */
  respond(asked: Asked, said?: Partial<Said>): string;
  /** What the operator records of it. */
  sheet(more?: Record<string, unknown>): Record<string, unknown>;
  close(): Promise<void>;
}

export const RSA = {
  signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const;

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
export const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
export const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

/** The value of a reference to a record of the cast's academy. */
export function aaf(id: string, academy = '090'): string {
  return `{AAF}${academy}|x|${id}`;
}

/** A new key with its certificate, made by `openssl`; one that ended yesterday for `days: -1`. */
export function newSigner({ days = 30, bits = 2048 }: { days?: number; bits?: number } = {}): Signer {
  const folder = mkdtempSync(join(tmpdir(), 'preau-idp-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  run('req', '-new', '-newkey', `rsa:${bits}`, '-nodes', '-keyout', 'key', '-out', 'csr', '-subj', '/CN=idp');
  run('x509', '-req', '-in', 'csr', '-signkey', 'key', '-days', String(days), '-out', 'crt');
  const key = readFileSync(join(folder, 'key'), 'utf8');
  const certificate = new X509Certificate(readFileSync(join(folder, 'crt'))).raw.toString('base64');
  rmSync(folder, { recursive: true });
  return { key, certificate };
}

export async function openIdp(signer: Signer = newSigner()): Promise<Idp> {
  const asked: Asked[] = [];
  let saying: Partial<Said> = {};
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const message = url.searchParams.get('SAMLRequest');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (url.pathname === '/leave') return response.end('<title>left</title><p id="left">Session fermée</p>');
    if (message === null) return response.writeHead(400).end();
    const one = requestIn(inflateRawSync(Buffer.from(message, 'base64')).toString('utf8'));
    asked.push(one);
    response.end(page(one.consumer, respond(one)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // another site than ours, as browsers see it: our cookies stay at home on its posts
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const entityId = `${origin}/idp`;

  const respond: Idp['respond'] = (one, more = {}) => {
    const now = Date.now();
    const said: Said = {
      subject: 'subject-1',
      references: [],
      format: PERSISTENT,
      issuer: entityId,
      audience: one.issuer,
      recipient: one.consumer,
      destination: one.consumer,
      inResponseTo: one.id,
      assertion: `_${randomBytes(12).toString('hex')}`,
      at: now,
      until: now + 5 * MINUTE,
      authenticatedAt: now,
      signs: 'assertion',
      signer,
      algorithms: RSA,
      before: (xml) => xml,
      after: (xml) => xml,
      ...saying,
      ...more,
    };
    return Buffer.from(said.after(signed(said, said.before(written(said))))).toString('base64');
  };

  return {
    origin,
    entityId,
    signer,
    asked,
    says: (said) => {
      saying = said;
    },
    respond,
    sheet: (more = {}) => ({
      id: 'educonnect',
      protocol: 'saml',
      name: 'ÉduConnect',
      label: 'Se connecter avec ÉduConnect',
      entityId,
      signIn: `${origin}/sso?tenant=1`,
      signOut: `${origin}/leave`,
      certificates: [signer.certificate],
      population: 'families',
      references: 'FrEduCtRefId',
      subject: 'FrEduCtId',
      ...more,
    }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function requestIn(xml: string): Asked {
  const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(xml)?.[1] ?? '';
  return {
    id: attribute('ID'),
    consumer: attribute('AssertionConsumerServiceURL'),
    issuer: /<saml:Issuer[^>]*>([^<]*)</.exec(xml)?.[1] ?? '',
    anew: attribute('ForceAuthn') === 'true',
  };
}

/** A page whose form brings the response to the service; a person presses the button where nothing else does. */
function page(consumer: string, response: string): string {
  return `<!DOCTYPE html><title>idp</title><form method="post" action="${consumer}">
    <input type="hidden" name="SAMLResponse" value="${response}">
    <input type="hidden" name="RelayState" value="https://evil.example/">
    <button id="back" type="submit">Continuer</button></form>`;
}

function written(said: Said): string {
  const time = (at: number) => new Date(at).toISOString();
  const answers = said.inResponseTo && ` InResponseTo="${said.inResponseTo}"`;
  const values = said.references.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('');
  return [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"`,
    ` ID="_r${said.assertion}" Version="2.0" IssueInstant="${time(said.at)}" Destination="${said.destination}"${answers}>`,
    `<saml:Issuer>${said.issuer}</saml:Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`,
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${said.assertion}" Version="2.0" IssueInstant="${time(said.at)}">`,
    `<saml:Issuer>${said.issuer}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${said.format}">${said.subject}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`,
    `<saml:SubjectConfirmationData${answers} Recipient="${said.recipient}" NotOnOrAfter="${time(said.until)}"/>`,
    `</saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${time(said.at)}" NotOnOrAfter="${time(said.until)}">`,
    `<saml:AudienceRestriction><saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${time(said.authenticatedAt)}" SessionIndex="_s"><saml:AuthnContext>`,
    `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    `<saml:AttributeStatement>`,
    `<saml:Attribute Name="FrEduCtId"><saml:AttributeValue>${said.subject}</saml:AttributeValue></saml:Attribute>`,
    `<saml:Attribute Name="FrEduCtRefId">${values}</saml:Attribute>`,
    `</saml:AttributeStatement></saml:Assertion></samlp:Response>`,
  ].join('');
}

function signed({ signs, signer, algorithms }: Said, xml: string): string {
  const parts = {
    assertion: ['Assertion'],
    response: ['Response'],
    both: ['Assertion', 'Response'],
    neither: [],
  } as const;
  return parts[signs].reduce((text, part) => signPart(text, part, { signer, algorithms }), xml);
}

/** Signs an element of a message, its signature after its issuer. */
export function signPart(
  xml: string,
  part: 'Assertion' | 'Response',
  { signer, algorithms = RSA }: { signer: Signer; algorithms?: Said['algorithms'] },
): string {
  const path = part === 'Response' ? `/*[local-name(.)='Response']` : `/*/*[local-name(.)='Assertion']`;
  const signature = new SignedXml({
    privateKey: signer.key,
    signatureAlgorithm: algorithms.signature as never,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signature.addReference({
    xpath: path,
    digestAlgorithm: algorithms.digest as never,
    transforms: [ENVELOPED, EXCLUSIVE],
  });
  signature.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signature.getSignedXml();
}
