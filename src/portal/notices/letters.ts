// POST /school/notices/letters: the letters of a group as a PDF; they may then be said to be handed out.
import { PassThrough, type Writable } from 'node:stream';
import type Koa from 'koa';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { field, requireFormToken } from '../../http/forms.ts';
import { wordsOf } from '../../http/pages.ts';
import { type LetterGroup, printLetters } from '../../privacy/notices/letters.ts';
import { openingOf } from '../../privacy/notices/school.ts';
import type { Db } from '../../storage/storage.ts';
import { type Portal, signedIn } from '../pages.ts';
import { writeNoticeLetters } from './pdf.ts';
import { purposeOf, requireInformed } from './school.ts';
import { boardText } from './texts.ts';

export function noticeLetters(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, config } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    requireFormToken(ctx, purposeOf(moment.person));
    const { school } = await requireInformed(db, moment, field(ctx, 'school'));
    const asked = { school: school.uai, group: field(ctx, 'group'), by: moment.person, at: moment.at };
    const write = await lettersOf(db, { ...asked, issuer: config.issuer });
    const body = new PassThrough();
    write(body)
      .then(() => body.end())
      .catch((error: unknown) => body.destroy(error as Error));
    ctx.type = 'application/pdf';
    ctx.set('Content-Disposition', `attachment; filename="notices-${school.uai}.pdf"`);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = body;
  };
}

/** Takes the letters of a group to print; what writes them. `not_found` when no letter waits there. */
export async function lettersOf(
  db: Db,
  asked: { school: string; group: string; by: string; at: number; issuer: string },
): Promise<(out: Writable) => Promise<void>> {
  const { at, issuer } = asked;
  const printed = await printLetters(db, asked);
  if (!printed) throw new Refusal('not_found', 'expected a group with letters that wait');
  const school = await findSchool(db, asked.school);
  const { group, notice } = printed;
  const { officer } = await openingOf(db, school.uai);
  const board = await boardText(db, school, at, 'fr');
  const room = { school, notice, officer, board, issuer, group: groupName(group), at };
  return (out) => writeNoticeLetters(out, group, room);
}

/** What a group of letters is called, in French. */
export function groupName({ id, label }: Pick<LetterGroup, 'id' | 'label'>): string {
  const { letter, school } = wordsOf('fr').pages.notices;
  return label ? letter.group([label]) : school.groups[id as keyof typeof school.groups];
}
