// Which certificates are about to end, before those who show them are shut out: ours, our authorities', our modules'.
import type { X509Certificate } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Db } from '../storage/storage.ts';
import { readCertificate } from './certificate-faults.ts';
import { subjectOf } from './certificate-names.ts';
import { datesOf, readAuthorities, readPem, thumbprintOf } from './certificates.ts';
import { listModules, type Module } from './modules.ts';
import { readRevocationLists } from './revocation-lists.ts';
import { seenCertificates } from './seen-certificates.ts';

/** A certificate that the service depends on, or a list of those revoked, and how it stands. */
export interface CertificateLife {
  /**
   * Ours; an authority's; an authority's list of what it revoked; a module's own, as registered; one that a module showed;
   * what a provider of identities signs with.
   */
  readonly kind: 'server' | 'authority' | 'revocation' | 'registered' | 'seen' | 'provider';
  /** The module, or the provider. */
  readonly client?: string | undefined;
  readonly subject: string;
  readonly thumbprint: string;
  /** UTC milliseconds. */
  readonly endsAt: number;
  readonly seenAt?: number | undefined;
  /** `followed`: it ends, but another that serves the same ends later. */
  readonly state: 'good' | 'soon' | 'ended' | 'followed';
}

/** How long before its end a certificate is spoken of, in days. */
export const SPOKEN_OF = 30;

const DAY = 24 * 3600_000;

type Life = Omit<CertificateLife, 'state'>;

/** A certificate of a provider of identities. */
export interface Lent {
  readonly provider: string;
  readonly certificate: X509Certificate;
}

/** Every certificate, the one that ends first in front. `bad_setting` for a file that cannot be read. */
export async function certificateLives(
  db: Db,
  { tls, clientCertificates }: Pick<Config, 'tls' | 'clientCertificates'>,
  at: number,
  lent: readonly Lent[] = [],
): Promise<CertificateLife[]> {
  const [server] = tls ? readPem(tls.certificate, 'PREAU_TLS_CERTIFICATE') : [];
  const authorities = readAuthorities(clientCertificates.authorities);
  const lives = [
    ...(server ? [lifeOf('server', server)] : []),
    ...authorities.map((one) => lifeOf('authority', one)),
    ...listsOf(clientCertificates.revoked, authorities),
    ...(await listModules(db)).flatMap(registeredOf),
    ...(await seenCertificates(db)).map((seen): Life => ({ kind: 'seen', ...seen })),
    ...lent.map(({ provider, certificate }) => lifeOf('provider', certificate, provider)),
  ];
  return lives
    .map((life) => ({ ...life, state: stateOf(life, lives, at) }))
    .sort((one, other) => one.endsAt - other.endsAt || (one.thumbprint < other.thumbprint ? -1 : 1));
}

/** Those that somebody must renew. */
export function toRenew(lives: readonly CertificateLife[]): CertificateLife[] {
  return lives.filter(({ state }) => state === 'soon' || state === 'ended');
}

/** The list of each authority, under the authority's own name and thumbprint. */
function listsOf(file: string, authorities: readonly X509Certificate[]): Life[] {
  if (file === '') return [];
  const lists = readRevocationLists(file, authorities);
  return authorities.map((one, place) => ({ ...lifeOf('revocation', one), endsAt: lists[place]!.until }));
}

function registeredOf({ id, certificates = [] }: Module): Life[] {
  return certificates.flatMap((text) => readCertificate(text) ?? []).map((one) => lifeOf('registered', one, id));
}

function lifeOf(kind: CertificateLife['kind'], certificate: X509Certificate, client?: string): Life {
  return {
    kind,
    client,
    subject: subjectOf(certificate),
    thumbprint: thumbprintOf(certificate.raw),
    endsAt: datesOf(certificate).until,
  };
}

function stateOf(life: Life, lives: readonly Life[], at: number): CertificateLife['state'] {
  // a list lives for days or weeks, and the next one comes by itself
  if (life.endsAt > at + (life.kind === 'revocation' ? 1 : SPOKEN_OF) * DAY) return 'good';
  if (lives.some((other) => follows(other, life))) return 'followed';
  return life.endsAt > at ? 'soon' : 'ended';
}

/** Whether another serves the same: the next of a module's own, the same authority's, what the same machine shows now. */
function follows(other: Life, life: Life): boolean {
  if (other.client !== life.client || other.endsAt <= life.endsAt) return false;
  if (life.kind === 'registered' || life.kind === 'provider') return other.kind === life.kind;
  return other.kind === life.kind && other.subject === life.subject;
}
