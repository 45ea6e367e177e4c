// The job of the notices: texts in force, who is to be told, mails that leave and those that left.
import type { Config } from '../../config.ts';
import type { Job } from '../../jobs/jobs.ts';
import { drawUpAll } from '../../privacy/notices/drawing.ts';
import { purgeDue } from '../../privacy/notices/queue.ts';
import { mailNotices, settleMails } from '../../privacy/notices/sending.ts';
import { tellTurn } from '../../privacy/notices/turn.ts';
import { publishConfigured } from './content.ts';

/** What one round has done. */
export interface Round {
  readonly published: number;
  readonly drawn: number;
  readonly ended: number;
  readonly queued: number;
  readonly told: number;
  readonly failed: number;
}

/** Texts, and mails that have left or never will: soon, so that nobody is told less than is sent. */
export function noticeTexts(config: Pick<Config, 'decisions'>): Job['run'] {
  return async (db, at, stop) => {
    await publishConfigured(db, { config, actor: 'system', at });
    await settleMails(db, at, stop);
  };
}

/** Who is to be told, and the mails that tell them: there is a month for it. Those who lead a school, when its year begins. */
export const noticeTelling: Job['run'] = async (db, at, stop) => {
  const drawn = await drawUpAll(db, at, stop);
  const queued = await mailNotices(db, at, stop);
  const turned = await tellTurn(db, at, stop);
  await purgeDue(db, at);
  return { ...drawn, queued, turned };
};

/** Does all that is due; a second round right after, or at the same time, does nothing again. */
export function noticeRound(config: Pick<Config, 'decisions'>) {
  return async (db: Parameters<Job['run']>[0], at: number, stop?: AbortSignal): Promise<Round> => {
    const published = await publishConfigured(db, { config, actor: 'system', at });
    const settled = await settleMails(db, at, stop);
    const drawn = await drawUpAll(db, at, stop);
    const queued = await mailNotices(db, at, stop);
    await purgeDue(db, at);
    return { published, ...drawn, queued, ...settled };
  };
}
