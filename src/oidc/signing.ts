// Signing with node's own `sign`, at a fraction of what WebCrypto spends around each signature.
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ExternalSigningKey } from 'oidc-provider';
import type { SigningAlg, SigningKey } from './keys.ts';
import { together } from './together.ts';

const signOnWorker = promisify<string, Uint8Array, Options, Buffer>(sign);

interface Options {
  readonly key: KeyObject;
  readonly dsaEncoding?: 'ieee-p1363';
}

/** How each algorithm signs: ECDSA gives its two numbers one after the other (RFC 7518 section 3.4). */
const options = { ES256: { dsaEncoding: 'ieee-p1363' }, RS256: {} } as const satisfies Record<SigningAlg, object>;

/** A signing key of ours, as oidc-provider takes one that it does not hold itself. */
export class OwnKey extends ExternalSigningKey {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  readonly #options: Options;
  readonly #short: boolean;
  readonly #signAll = together<Uint8Array, Uint8Array>(64, async (all) =>
    all.map((data) => sign('sha256', data, this.#options)),
  );

  constructor({ kid, alg, jwk }: SigningKey) {
    super();
    Object.assign(this, { kid, alg });
    this.#private = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    this.#public = createPublicKey(this.#private);
    this.#options = { key: this.#private, ...options[alg] };
    this.#short = alg === 'ES256';
  }

  override keyObject(): KeyObject {
    return this.#public;
  }

  override sign(data: Uint8Array): Promise<Uint8Array> {
    // an ES256 signature takes less time than handing it to a worker thread and back; an RS256 one, ten times more
    if (this.#short) return this.#signAll(data);
    return signOnWorker('sha256', data, this.#options);
  }
}
