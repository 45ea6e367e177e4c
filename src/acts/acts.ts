// An act on a right: who does it, when, by whose hand it is written; and who may decide.
import { type AuditEvent, audit } from '../audit/audit.ts';
import type { Logbook } from '../directory/logbooks.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import { may, type RuleName } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { OPERATOR } from './offices.ts';

export interface Act {
  /** The key of the person whose act it is, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** The module through which it was done; none on our own pages and on the command line. */
  readonly client?: string | undefined;
  /** Whether an operator wrote down what the person decided. */
  readonly writtenDown?: true | undefined;
}

/** Appends an act to the trail, with who wrote it down when the person did not do it alone. */
export async function auditAct(
  tx: Db,
  { by, at, client, writtenDown }: Act,
  event: Omit<AuditEvent, 'at'>,
): Promise<void> {
  const details = { ...event.details, ...(writtenDown && { written_by: OPERATOR }) };
  await audit(tx, { ...event, at, actor: by, client, details });
}

/**
 * The rule by which somebody decides on a logbook of their school: as head, by delegation, or as a director with a
 * decision on record. Refuses `no_delegation` to a deputy who lacks one, `not_allowed` to anybody else.
 */
export async function requireDecider(
  tx: Db,
  { by, at }: Act,
  { action, logbook }: { action: 'validate' | 'revoke' | 'visa'; logbook: string },
): Promise<'head' | 'delegate' | 'direction'> {
  const resource = { type: 'logbook', id: logbook } as const;
  const { reasons } = await may(tx, { person: by, action, resource, when: { at } });
  const rule = deciders.find((one) => reasons.some((reason) => reason.rule === one));
  if (rule) return rule;
  const reading = await may(tx, { person: by, action: 'see_readers', resource, when: { at } });
  if (reading.reasons.some((reason) => reason.rule === 'deputy'))
    throw new Refusal('no_delegation', `expected a delegation of signature for \`${action}\``, { act: action });
  throw new Refusal('not_allowed', `expected somebody who may ${action} on this logbook`);
}

const deciders = ['head', 'direction', 'delegate'] as const satisfies readonly RuleName[];

/** Whether somebody keeps a logbook today. */
export async function keeps(tx: Db, person: string, logbook: string, at: number): Promise<boolean> {
  const { reasons } = await may(tx, {
    person,
    action: 'grant',
    resource: { type: 'logbook', id: logbook },
    when: { at },
  });
  return reasons.some(({ rule }) => rule === 'owner');
}

/** When the school year of an instant ends, at a logbook's school: nothing is opened for longer. */
export async function endOfYear(db: Db, { school }: Pick<Logbook, 'school'>, at: number): Promise<number> {
  const { yearStart, zone } = await findSchool(db, school);
  return schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone).to;
}

/** What somebody writes to say why: trimmed; `reason_missing` when nothing is left, `bad_request` when it is too long. */
export function requireReason(reason: string | undefined): string {
  const told = reason?.trim() ?? '';
  if (told === '') throw new Refusal('reason_missing', 'expected `reason` to say why');
  if (told.length > 500) throw new Refusal('bad_request', 'expected `reason` with at most 500 characters');
  return told;
}
