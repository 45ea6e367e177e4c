// Whose certificate it is: a module's own, or one that says what a module's must say and that an authority vouches for.
import { X509Certificate } from 'node:crypto';
import { canonicalName } from './certificate-names.ts';
import { type ShownCertificate, thumbprintOf } from './certificates.ts';
import type { Module } from './sheet.ts';

/** The parts of a module that say by which certificate it is known. */
export type Holder = Pick<Module, 'id' | 'auth' | 'certificateSubject' | 'certificates'>;

/** Whether a certificate says what it must; it is for the caller to ask whether anybody vouches for it. */
export function says({ certificate, name }: ShownCertificate, wanted: Holder['certificateSubject']): boolean {
  if (!wanted) return false;
  if ('dn' in wanted) return name !== undefined && name === canonicalName(wanted.dn);
  return certificate.checkHost(wanted.dns, { subject: 'never', wildcards: false }) !== undefined;
}

/** Finds the one module that a certificate stands for: none when there is none, or more than one. */
export function holdersAmong(holders: readonly Holder[]): (shown: ShownCertificate) => string | undefined {
  const vouchedFor = holders.filter(({ auth }) => auth === 'tls_client_auth');
  const own = new Map<string, string[]>();
  for (const { id, auth, certificates = [] } of holders)
    if (auth === 'self_signed_tls_client_auth')
      for (const text of certificates) {
        const thumbprint = thumbprintOf(Buffer.from(text, 'base64'));
        own.set(thumbprint, [...(own.get(thumbprint) ?? []), id]);
      }
  return (shown) => {
    const byItself = own.get(shown.thumbprint) ?? [];
    const byWord = shown.vouched
      ? vouchedFor.filter(({ certificateSubject }) => says(shown, certificateSubject)).map(({ id }) => id)
      : [];
    const [found, ...others] = [...byItself, ...byWord];
    return others.length === 0 ? found : undefined;
  };
}

/** What keeps two modules from being known by the same certificate: two that share a mark are refused. */
export function marksOf({ certificateSubject, certificates = [] }: Holder): string[] {
  const named =
    certificateSubject &&
    ('dn' in certificateSubject
      ? `dn ${canonicalName(certificateSubject.dn)}`
      : `dns ${certificateSubject.dns.toLowerCase()}`);
  return [...(named ? [named] : []), ...certificates.map((text) => `own ${thumbprintOf(Buffer.from(text, 'base64'))}`)];
}

/** A module's own certificates as the keys that RFC 8705 section 2.2.2 registers. */
export function keysOf(certificates: readonly string[]): { keys: Record<string, unknown>[] } {
  return {
    keys: certificates.map((text) => ({
      ...new X509Certificate(Buffer.from(text, 'base64')).publicKey.export({ format: 'jwk' }),
      x5c: [text],
    })),
  };
}
