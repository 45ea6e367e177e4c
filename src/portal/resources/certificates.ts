// GET /school/certificates: which certificates end, and when, for whoever administers a school: those of the service, and of what serves the school.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import { type CertificateShown, certificatesPage } from '../../../views/resources/certificates.tsx';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { type CertificateLife, certificateLives, toRenew } from '../../oidc/expiry.ts';
import { listModules } from '../../oidc/modules.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { certificatesLent } from '../../upstream/providers.ts';
import { dayText } from '../days.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';

export function certificates(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, config } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const schools = await administeredBy(db, moment);
    if (schools.length === 0) throw new Refusal('not_allowed', 'expected who administers a school');
    const serving = (await listModules(db)).filter(
      (module) => module.schools === 'all' || module.schools.some((uai) => schools.includes(uai)),
    );
    const names = new Map(serving.map(({ id, name }) => [id, name]));
    const all = await certificateLives(db, config, moment.at, await certificatesLent(db));
    // what shows certificates of its own elsewhere is nothing to them
    const lives = all.filter(({ kind, client }) => isOurs(kind) || names.has(client ?? ''));
    const shown = (some: readonly CertificateLife[]) => some.map((life) => told(life, names, localeOf(ctx)));
    const due = toRenew(lives);
    render(ctx, certificatesPage, { toRenew: shown(due), others: shown(lives.filter((life) => !due.includes(life))) });
  };
}

/** The certificates, for whoever administers a school. */
export async function aboutCertificates(db: Db, moment: Moment): Promise<Way[]> {
  return (await administeredBy(db, moment)).length > 0 ? [{ to: 'certificates' }] : [];
}

async function administeredBy(db: Db, { person, at }: Moment): Promise<string[]> {
  const found = await list(db, { person, action: 'protect', type: 'school', when: { at } });
  return found.filter(({ reasons }) => reasons.some(({ rule }) => rule === 'administrator')).map(({ id }) => id);
}

function isOurs(kind: CertificateLife['kind']): boolean {
  return kind !== 'registered' && kind !== 'seen';
}

function told(
  { kind, client, subject, thumbprint, state, endsAt }: CertificateLife,
  names: ReadonlyMap<string, string>,
  locale: Locale,
): CertificateShown {
  const service = client === undefined ? undefined : (names.get(client) ?? client);
  return { kind, service, subject, thumbprint, state, day: dayText(endsAt, { zone: DEFAULT_ZONE, locale }) };
}
