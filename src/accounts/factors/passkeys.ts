// Passkeys (WebAuthn): what a browser is asked, and whether what it answers holds. The person is always verified, not only there.
import { createHmac } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Db } from '../../storage/storage.ts';
import { CHALLENGE_LIVES, type Challenge, newChallenge, takeChallenge } from './challenges.ts';
import { type FactorRow, rowsOf, takeCount } from './keeping.ts';

/** COSE: Ed25519, ECDSA on P-256, and RSA, which some computers still make. */
const ALGORITHMS = [-8, -7, -257];

/** What of the house a passkey is made for. */
export interface Relying {
  /** `config.issuer`: passkeys belong to its host, and answer to its pages alone. */
  readonly issuer: string;
  /** `config.keyFor('factors')` */
  readonly key: Buffer;
}

/** On which way it is asked, and when. */
export interface Asking extends Omit<Challenge, 'purpose'> {
  readonly at: number;
}

/** A passkey that was just made. */
export interface MadePasskey {
  readonly credential: string;
  readonly public_key: Buffer;
  readonly step: number;
  readonly transports: string;
  readonly synced: number;
}

/** What a browser is asked to make a passkey: JSON. `label` is how its holder will find it among others. */
export async function creationOptions(db: Db, { issuer, key }: Relying, asking: Asking & { label: string }) {
  const { person, label } = asking;
  return generateRegistrationOptions({
    rpName: 'Préau',
    rpID: new URL(issuer).hostname,
    userID: handleOf(person, key),
    userName: label,
    userDisplayName: label,
    challenge: bytes(await newChallenge(db, { ...asking, purpose: 'enrol' })),
    timeout: CHALLENGE_LIVES,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: (await passkeysOf(db, person)).map(descriptorOf),
  });
}

/** What a browser answered with a new passkey; nothing when it does not hold. Its challenge is used up in any case. */
export async function madePasskey(
  db: Db,
  { issuer }: Relying,
  { answer, ...asking }: Asking & { answer: string },
): Promise<MadePasskey | undefined> {
  const response = parsed<Parameters<typeof verifyRegistrationResponse>[0]['response']>(answer);
  const expectedChallenge = challengeIn(response);
  if (!response || !(await takeChallenge(db, expectedChallenge, { ...asking, purpose: 'enrol' }))) return undefined;
  const found = await verifyRegistrationResponse({
    response,
    expectedChallenge,
    expectedOrigin: issuer,
    expectedRPID: new URL(issuer).hostname,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => undefined); // it throws plain errors at whatever a browser can get wrong
  if (!found?.verified) return undefined;
  const { credential, credentialDeviceType } = found.registrationInfo;
  const said: unknown = credential.transports; // as the browser said it: anything
  return {
    credential: credential.id,
    public_key: Buffer.from(credential.publicKey),
    step: credential.counter,
    transports: (Array.isArray(said) ? said : []).filter((one) => /^[a-z-]{2,20}$/.test(String(one))).join(' '),
    synced: credentialDeviceType === 'multiDevice' ? 1 : 0,
  };
}

/** What a browser is asked to prove one of a person's passkeys: JSON; nothing when they have none. */
export async function requestOptions(db: Db, { issuer }: Relying, asking: Asking) {
  const passkeys = await passkeysOf(db, asking.person);
  if (passkeys.length === 0) return undefined;
  return generateAuthenticationOptions({
    rpID: new URL(issuer).hostname,
    challenge: bytes(await newChallenge(db, { ...asking, purpose: 'prove' })),
    timeout: CHALLENGE_LIVES,
    userVerification: 'required',
    allowCredentials: passkeys.map(descriptorOf),
  });
}

/** Which of a person's passkeys a browser has proven, if any. Its challenge is used up in any case. */
export async function provenPasskey(
  db: Db,
  { issuer }: Relying,
  { answer, ...asking }: Asking & { answer: string },
): Promise<FactorRow | undefined> {
  const response = parsed<Parameters<typeof verifyAuthenticationResponse>[0]['response']>(answer);
  const expectedChallenge = challengeIn(response);
  if (!response || !(await takeChallenge(db, expectedChallenge, { ...asking, purpose: 'prove' }))) return undefined;
  const row = (await passkeysOf(db, asking.person)).find(({ credential }) => credential === response.id);
  if (!row?.public_key || !row.credential) return undefined;
  const found = await verifyAuthenticationResponse({
    response,
    expectedChallenge,
    expectedOrigin: issuer,
    expectedRPID: new URL(issuer).hostname,
    requireUserVerification: true,
    credential: { id: row.credential, publicKey: new Uint8Array(row.public_key), counter: row.step },
  }).catch(() => undefined); // as above
  if (!found?.verified) return undefined;
  const taken = await takeCount(db, { id: row.id, count: found.authenticationInfo.newCounter, at: asking.at });
  return taken ? row : undefined;
}

async function passkeysOf(db: Db, person: string): Promise<FactorRow[]> {
  return (await rowsOf(db, person)).filter(({ kind }) => kind === 'passkey');
}

function descriptorOf({ credential, transports }: FactorRow) {
  return { id: credential ?? '', transports: transports.split(' ').filter(Boolean) };
}

/** How a passkey names its holder: it says nothing of them, and is no key of the directory. */
function handleOf(person: string, key: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(`passkey ${person}`).digest());
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}

/** What a browser posted, where it has the shape of an answer; the library looks at the rest. */
function parsed<T>(answer: string): T | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    const { id, response } = value as { id?: unknown; response?: { clientDataJSON?: unknown } };
    return typeof id === 'string' && typeof response?.clientDataJSON === 'string' ? (value as T) : undefined;
  } catch {
    return undefined; // not JSON, or nothing
  }
}

/** The challenge that an answer says it is for. */
function challengeIn(answer: { response: { clientDataJSON: string } } | undefined): string {
  try {
    const text = Buffer.from(answer?.response.clientDataJSON ?? '', 'base64url').toString('utf8');
    const { challenge } = JSON.parse(text) as { challenge?: unknown };
    return typeof challenge === 'string' ? challenge : '';
  } catch {
    return '';
  }
}
