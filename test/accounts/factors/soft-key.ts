// A passkey in software, as strict or as wrong as a test asks: what a browser would post, signed with a real key.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SoftKey {
  readonly id: string;
  /** Answers what a browser is asked to make a passkey. */
  make(asked: { challenge: string }, wrong?: Wrong): string;
  /** Answers what a browser is asked to prove it. */
  prove(asked: { challenge: string }, wrong?: Wrong): string;
}

/** What is said otherwise than it should. */
export interface Wrong {
  readonly origin?: string;
  readonly host?: string;
  /** Without it the person was there, and not verified. */
  readonly verified?: boolean;
  readonly count?: number;
  readonly challenge?: string;
  readonly signature?: Buffer;
  readonly type?: string;
  /** Where a list is expected. */
  readonly transports?: string;
}

const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];

export function softKey(issuer: string): SoftKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(20);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  let signed = 0;
  const dataOf = (wrong: Wrong, more: Buffer, flags: number): Buffer => {
    const host = wrong.host ?? new URL(issuer).hostname;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(wrong.count ?? signed);
    const said = flags | PRESENT | (wrong.verified === false ? 0 : VERIFIED);
    return Buffer.concat([sha256(Buffer.from(host)), Buffer.from([said]), counter, more]);
  };
  const clientOf = (type: string, asked: { challenge: string }, wrong: Wrong): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: wrong.type ?? type,
        challenge: wrong.challenge ?? asked.challenge,
        origin: wrong.origin ?? issuer,
        crossOrigin: false,
      }),
    );
  const answer = (response: Record<string, string | string[]>): string => {
    const name = id.toString('base64url');
    return JSON.stringify({ id: name, rawId: name, type: 'public-key', response, clientExtensionResults: {} });
  };
  return {
    id: id.toString('base64url'),
    make: (asked, wrong = {}) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseOf(x, y)]);
      const data = dataOf(wrong, attested, ATTESTED);
      const object = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([data.length]),
        data,
      ]);
      const client = clientOf('webauthn.create', asked, wrong);
      return answer({
        clientDataJSON: client.toString('base64url'),
        attestationObject: object.toString('base64url'),
        transports: wrong.transports ?? ['internal'],
      });
    },
    prove: (asked, wrong = {}) => {
      signed += 1;
      const data = dataOf(wrong, Buffer.alloc(0), 0);
      const client = clientOf('webauthn.get', asked, wrong);
      const signature = wrong.signature ?? sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      });
    },
  };
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The public key as COSE writes it: EC2, ES256, P-256. */
function coseOf(x: string, y: string): Buffer {
  return Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
}
