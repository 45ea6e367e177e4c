// The register of requests as the DPO takes it away: CSV for a spreadsheet, JSON for another tool; one line per person.
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { findSchool } from '../../directory/schools.ts';
import { dayOf } from '../../facts/calendar.ts';
import type { Db } from '../../storage/storage.ts';
import { isLate } from './clock.ts';
import { closeCounts } from './reasons.ts';
import { findRequests, type PersonRequest } from './records.ts';

/** A line of the register; days are YYYY-MM-DD, and what is not so is empty. */
export interface RegisterLine {
  readonly id: string;
  readonly school: string;
  readonly kind: string;
  readonly target: string;
  readonly person: string;
  readonly signatories: number;
  readonly channel: string;
  /** The envelope it came in. */
  readonly batch: string;
  readonly identity: string;
  readonly mandate: string;
  readonly mandate_holder: string;
  readonly mandate_hash: string;
  readonly received: string;
  readonly due: string;
  readonly late: boolean;
  readonly extended: string;
  readonly extension_reason: string;
  readonly state: string;
  readonly decided: string;
  readonly decided_by: string;
  readonly ground: string;
  readonly reason: string;
  /** How many refusals give reasons close to these. */
  readonly close_reasons: number;
  readonly answer: string;
  readonly answered: string;
  readonly forwarded: string;
}

/** The register of a school, oldest request first. */
export async function requestRegister(db: Db, school: string, at: number): Promise<RegisterLine[]> {
  const { zone } = await findSchool(db, school);
  const requests = (await findRequests(db, { school })).reverse();
  const named = requests.flatMap(({ about, decidedBy }) => [about ?? [], decidedBy ?? []].flat());
  const names = new Map((await listPersons(db, named)).map((person) => [person.id, fullName(person)]));
  const close = closeIn(requests);
  return requests.map((request) => lineOf(request, { zone, names, close, at }));
}

/** How many of these refusals give reasons close to those of each. */
export function closeIn(requests: readonly PersonRequest[]): Map<string, number> {
  return closeCounts(new Map(requests.flatMap(({ id, likeness }) => (likeness === null ? [] : [[id, likeness]]))));
}

function lineOf(
  request: PersonRequest,
  given: { zone: string; names: ReadonlyMap<string, string>; close: ReadonlyMap<string, number>; at: number },
): RegisterLine {
  const { zone, names, close, at } = given;
  const { about, name, mandate, state, decidedAt, decidedBy, received, extendedAt } = request;
  const day = (instant: number | null) => (instant === null ? '' : dayOf(instant, zone));
  const until = decidedAt === null ? dayOf(at, zone) : dayOf(decidedAt, zone);
  return {
    id: request.id,
    school: request.school,
    kind: request.kind,
    target: request.target,
    person: (about !== null && names.get(about)) || name || '',
    signatories: request.signatories,
    channel: request.channel,
    batch: request.batch,
    identity: request.identity,
    mandate: mandate?.reference ?? '',
    mandate_holder: mandate?.holder ?? '',
    mandate_hash: mandate?.hash ?? '',
    received,
    due: request.due,
    late: state !== 'withdrawn' && isLate({ received, extended: extendedAt !== null }, until),
    extended: day(extendedAt),
    extension_reason: request.extensionReason ?? '',
    state,
    decided: day(decidedAt),
    decided_by: decidedBy === null ? '' : (names.get(decidedBy) ?? decidedBy),
    ground: request.ground ?? '',
    reason: request.reason ?? '',
    close_reasons: close.get(request.id) ?? 0,
    answer: request.answer ?? '',
    answered: day(request.answeredAt),
    forwarded: day(request.forwardedAt),
  };
}

/** The columns, in their order. */
const columns = [
  'id',
  'school',
  'kind',
  'target',
  'person',
  'signatories',
  'channel',
  'batch',
  'identity',
  'mandate',
  'mandate_holder',
  'mandate_hash',
  'received',
  'due',
  'late',
  'extended',
  'extension_reason',
  'state',
  'decided',
  'decided_by',
  'ground',
  'reason',
  'close_reasons',
  'answer',
  'answered',
  'forwarded',
] as const satisfies readonly (keyof RegisterLine)[];

/** CSV (RFC 4180), comma and CRLF, in UTF-8 with the mark that spreadsheets look for. */
export function asCsv(lines: readonly RegisterLine[]): string {
  const rows = [columns, ...lines.map((line) => columns.map((column) => line[column]))];
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/**
 * What begins like a formula is text, whatever a spreadsheet thinks: at the start of the cell, and after any sign at which
 * a spreadsheet of another country would begin another cell or row.
 */
function cell(value: string | number | boolean): string {
  const text = String(value);
  const safe = text.replace(/(^|[;,|\t\r\n"])(?= *[=+\-@＋－＝＠])/g, "$1'").replace(/^(?=[\t\r\n])/, "'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
