// Mutual TLS at the provider's own addresses (RFC 8705): who may prove by a certificate, and what is bound to one.
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { says } from './certificate-holders.ts';
import type { Certificates } from './certificates.ts';
import { type CertificateSubject, certificateAuths, type ModuleAuth, moduleAuths } from './sheet.ts';

type MutualTls = NonNullable<NonNullable<Configuration['features']>['mTLS']>;

/** The ways in which a module may prove who it is here: those by certificate only where certificates are seen. */
export function authsHere({ auths }: Certificates): ModuleAuth[] {
  const without = moduleAuths.filter((auth) => !(certificateAuths as readonly ModuleAuth[]).includes(auth));
  return [...without, ...auths];
}

/** What oidc-provider asks of certificates. */
export function mutualTls(certificates: Certificates): MutualTls {
  const shownIn = (ctx: KoaContextWithOIDC) => certificates.shownIn(ctx.req);
  return {
    enabled: certificates.auths.length > 0,
    certificateBoundAccessTokens: true,
    tlsClientAuth: certificates.auths.includes('tls_client_auth'),
    selfSignedTlsClientAuth: certificates.auths.includes('self_signed_tls_client_auth'),
    getCertificate: (ctx) => shownIn(ctx)?.certificate,
    certificateAuthorized: (ctx) => shownIn(ctx)?.vouched === true,
    certificateSubjectMatches: (ctx, property, expected) => {
      const shown = shownIn(ctx);
      const wanted = wantedOf(property, expected);
      return shown !== undefined && wanted !== undefined && says(shown, wanted);
    },
  };
}

/** What a module's sheet says of certificates, as oidc-provider reads it. */
export function subjectMetadata(subject: CertificateSubject | undefined): Record<string, string> {
  if (!subject) return {};
  return 'dn' in subject ? { tls_client_auth_subject_dn: subject.dn } : { tls_client_auth_san_dns: subject.dns };
}

function wantedOf(property: string, expected: string): CertificateSubject | undefined {
  if (property === 'tls_client_auth_subject_dn') return { dn: expected };
  return property === 'tls_client_auth_san_dns' ? { dns: expected } : undefined;
}
