// Assignment reports: once a day, where a distributor's licences are in use, in how many hands and never whose.
import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import { audit } from '../audit/audit.ts';
import { offersOf } from '../directory/offers.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { factsNaming } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type CountLine, linesOf } from './counts.ts';
import { distributorsKnown, ownSubscriptions, type Subscription } from './records/subscriptions.ts';
import { type Audience, audiences } from './sheet.ts';

/** As distributors ask for them: taken already, not yet, or both. */
export const reportStates = ['PRIS_EN_COMPTE', 'NON_PRIS_EN_COMPTE', 'TOUT'] as const;

export type ReportState = (typeof reportStates)[number];

/** A report as it is listed. The one that says how things stand at present has no state. */
export interface Report {
  readonly name: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  readonly state?: Exclude<ReportState, 'TOUT'>;
}

/** How long a report is kept. */
const KEPT_FOR = 90 * 86_400_000;

interface Row {
  name: string;
  created_at: number;
  size: number;
  taken_at: number | null;
}

/** The work of a job: writes today's report of each distributor for whom something has changed since the last one. */
export async function writeReports(db: Db, at: number, stop?: AbortSignal): Promise<void> {
  await db('assignment_report')
    .where('created_at', '<', at - KEPT_FOR)
    .delete();
  for (const distributor of await distributorsKnown(db)) {
    if (stop?.aborted) return;
    await writeReport(db, distributor, at);
  }
}

async function writeReport(db: Db, distributor: string, at: number): Promise<void> {
  const name = nameOf(distributor, dayOf(at).replaceAll('-', ''));
  const rows = db('assignment_report').where({ distributor });
  const last = await rows.orderBy('created_at', 'desc').first('name', 'digest');
  if (last?.name === name) return;
  const text = await reportNow(db, distributor, at);
  const digest = createHash('sha256').update(text).digest('hex');
  if (last ? last.digest === digest : !text.includes('<GARRessource')) return;
  const content = await zipped(name, text);
  await db('assignment_report')
    .insert({ distributor, name, created_at: at, digest, content, size: content.length, taken_at: null })
    .onConflict(['distributor', 'name'])
    .ignore();
}

/** The reports of a distributor, the oldest first; the last one is how things stand now, whatever is asked for. */
export async function reportsOf(
  db: Db,
  { distributor, state, at }: { distributor: string; state: ReportState; at: number },
): Promise<Report[]> {
  const query = db('assignment_report').where({ distributor }).orderBy('created_at');
  if (state === 'PRIS_EN_COMPTE') query.whereNotNull('taken_at');
  if (state === 'NON_PRIS_EN_COMPTE') query.whereNull('taken_at');
  const rows = (await query.select('name', 'created_at', 'size', 'taken_at')) as Row[];
  const written = rows.map(
    (row): Report => ({
      name: row.name,
      createdAt: row.created_at,
      size: row.size,
      state: row.taken_at === null ? 'NON_PRIS_EN_COMPTE' : 'PRIS_EN_COMPTE',
    }),
  );
  const present = await presentReport(db, distributor, at);
  return [...written, { name: present.name, createdAt: at, size: present.content.length }];
}

/** The ZIP of a report; one of a day is taken from then on. `not_found` for any that is not this distributor's. */
export async function takeReport(
  db: Db,
  { distributor, name, actor, at }: { distributor: string; name: string; actor: string; at: number },
): Promise<Buffer> {
  if (name === nameOf(distributor, 'Global')) return (await presentReport(db, distributor, at)).content;
  return inTransaction(db, async (tx) => {
    const taken = await tx('assignment_report').where({ distributor, name, taken_at: null }).update({ taken_at: at });
    const row = await tx('assignment_report').where({ distributor, name }).first('content');
    if (!row) throw new Refusal('not_found', 'expected the name of a report of whoever asks');
    if (taken > 0) await audit(tx, { at, event: 'report.taken', actor, details: { report: name } });
    return row.content as Buffer;
  });
}

async function presentReport(db: Db, distributor: string, at: number): Promise<{ name: string; content: Buffer }> {
  const name = nameOf(distributor, 'Global');
  return { name, content: await zipped(name, await reportNow(db, distributor, at)) };
}

function nameOf(distributor: string, which: string): string {
  return `GAR-Affectations_${distributor}_${which}.zip`;
}

/** What is in use at an instant: by resource, subscription and school, how many of each public. */
async function reportNow(db: Db, distributor: string, at: number): Promise<string> {
  const live = (await ownSubscriptions(db, distributor)).filter(
    ({ removedAt, startsAt, endsAt }) => removedAt === undefined && startsAt <= at && at < endsAt,
  );
  const lines = [...(await linesOf(db, live)), ...(await wholeSchools(db, live, at))];
  return reportXml(lines);
}

/** A line of a report: in how many hands each public's licences are, or, for a school as a whole, no number. */
interface ReportLine extends Pick<CountLine, 'school' | 'subscription'> {
  readonly counts: Readonly<Partial<Record<Audience, number>>>;
}

/** Those that a subscription is for as a whole, and where it opens something: not one that has left its nature. */
async function wholeSchools(db: Db, live: readonly Subscription[], at: number): Promise<ReportLine[]> {
  const whole = new Map(live.filter(({ sheet }) => sheet.typeAffectation === 'ETABL').map((one) => [one.id, one]));
  const offers = await offersOf(db, { subscriptions: [...whole.keys()] });
  const keys = offers.map(({ id }) => id);
  const facts = await factsNaming(db, 'object', keys, { relations: ['subscribed'], endingAfter: at });
  const open = new Set(facts.filter(({ validFrom }) => validFrom <= at).map(({ object }) => object));
  return offers.flatMap(({ id, school, subscription }) => {
    const found = subscription === null || !open.has(id) ? undefined : whole.get(subscription);
    return found ? { school, subscription: found, counts: {} } : [];
  });
}

function reportXml(lines: readonly ReportLine[]): string {
  const sorted = [...lines].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const resources = grouped(sorted, ({ subscription }) => subscription.sheet.idRessource ?? '');
  const written = resources.map(([id, ofResource]) => {
    const title = ofResource[0]!.subscription.sheet.libelleRessource ?? '';
    const inside = grouped(ofResource, ({ subscription }) => subscription.id).map(([subscription, ofSubscription]) => {
      const ends = dayOf(ofSubscription[0]!.subscription.endsAt - 1);
      const schools = ofSubscription.map((line) => element('GAREtablissement', { UAI: line.school }, publicsIn(line)));
      return element('GARAbonnement', { idAbonnement: subscription, finValidite: ends }, schools);
    });
    return element('GARRessource', { idRessource: id, titreRessource: title }, inside);
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('GARAffectations', {}, written)}\n`;
}

function publicsIn({ subscription: { sheet }, counts }: ReportLine): string[] {
  return (Object.keys(audiences) as Audience[])
    .filter((name) => (sheet.typeAffectation === 'ETABL' ? sheet.publicCible?.includes(name) : counts[name]))
    .map((publicCible) => {
      const nombre = counts[publicCible];
      const { typeAffectation = '' } = sheet;
      return element('Affectation', {
        publicCible,
        typeAffectation,
        ...(nombre !== undefined && { nombre: `${nombre}` }),
      });
    });
}

function keyOf({ school, subscription: { id, sheet } }: ReportLine): string {
  return JSON.stringify([sheet.idRessource, id, school]);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [key: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups];
}

function element(name: string, attributes: Readonly<Record<string, string>>, inside: readonly string[] = []): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const start = `<${name}${said.join('')}`;
  return inside.length === 0 ? `${start}/>` : `${start}>${inside.join('')}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
}

/** One XML file in a ZIP, the same bytes for the same text. */
function zipped(name: string, text: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(text, 'utf8'), name.replace(/\.zip$/, '.xml'), { mtime: new Date(Date.UTC(2020, 0, 1)) });
  zip.end();
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    zip.outputStream.on('data', (part: Buffer) => parts.push(part));
    zip.outputStream.on('error', reject);
    zip.outputStream.on('end', () => resolve(Buffer.concat(parts)));
  });
}
