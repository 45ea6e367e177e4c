// Certificates that are about to end: said in the log twice a day, and to whoever watches over the service.
import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type CertificateLife, certificateLives, toRenew } from '../oidc/expiry.ts';
import type { Db } from '../storage/storage.ts';
import { certificatesLent } from '../upstream/providers.ts';

export interface CertificateWatch {
  /** `GET /health/certificates`: how many must be renewed, without saying whose. */
  readonly health: Koa.Middleware;
  close(): Promise<void>;
}

const HOUR = 3600_000;
const SAY_EVERY = 12 * HOUR;
const LOOK_EVERY = 60_000;
const DAY = 24 * HOUR;

export function watchCertificates(
  db: Db,
  config: Pick<Config, 'tls' | 'clientCertificates'>,
  { log, onError }: { log: Pick<Logger, 'warn'>; onError: (error: unknown) => void },
): CertificateWatch {
  let seen: { at: number; lives: Promise<CertificateLife[]> } | undefined;
  const livesAt = async (at: number) => certificateLives(db, config, at, await certificatesLent(db));
  const look = (at: number): Promise<CertificateLife[]> => {
    if (!seen || at - seen.at >= LOOK_EVERY) seen = { at, lives: livesAt(at) };
    return seen.lives;
  };
  const say = async (): Promise<void> => {
    const at = Date.now();
    for (const { kind, client, thumbprint, endsAt, state } of toRenew(await look(at)))
      log.warn(
        { kind, client, thumbprint, days: Math.floor((endsAt - at) / DAY) },
        `${kind === 'revocation' ? 'revocation list' : 'certificate'} ${state === 'ended' ? 'has ended' : 'ends soon'}`,
      );
  };
  let saying = say().catch(onError);
  const timer = setInterval(() => {
    saying = say().catch(onError);
  }, SAY_EVERY);
  timer.unref();
  return {
    health: async (ctx, next) => {
      if (ctx.path !== '/health/certificates') return next();
      ctx.body = summaryOf(await look(Date.now()));
    },
    close: async () => {
      clearInterval(timer);
      await saying;
    },
  };
}

function summaryOf(lives: readonly CertificateLife[]) {
  const [next] = toRenew(lives).filter(({ state }) => state === 'soon');
  return {
    soon: lives.filter(({ state }) => state === 'soon').length,
    ended: lives.filter(({ state }) => state === 'ended').length,
    ...(next && { next: new Date(next.endsAt).toISOString() }),
  };
}
