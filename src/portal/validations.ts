// GET and POST /validations: for whoever decides on openings, by school: what waits, what is under way, what was refused.
import type Koa from 'koa';
import { type SchoolToDecide, validationsPage } from '../../views/validations.tsx';
import { listLogbooks } from '../directory/logbooks.ts';
import { Refusal, type RefusalCode } from '../errors.ts';
import { field, formToken, requireFormToken } from '../http/forms.ts';
import { render } from '../http/pages.ts';
import { endGrant, findGrant, type Grant, refuseGrant, standingOf, validateGrant } from '../rights/grants.ts';
import { openingsOf } from '../rights/openings.ts';
import { list } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { doneIn, linesOf, type Moment, openingFaults, signedIn } from './openings.ts';
import { expected, type FormPage, goTo, type Portal } from './pages.ts';

const done = ['validated', 'refused', 'ended', 'lifted'] as const;

export function validations(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, fault?: RefusalCode): Promise<void> => {
    const schools = await schoolsToDecide(ctx, db, moment);
    const token = formToken(ctx, purposeOf(moment));
    const data = { token, schools, done: doneIn(ctx, done), fault };
    render(ctx, validationsPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      try {
        goTo(ctx, `/validations?done=${await doAct(ctx, db, moment)}`);
      } catch (error) {
        await show(ctx, moment, expected(error, ...openingFaults));
      }
    },
  };
}

function purposeOf({ person }: Moment): string {
  return `validations ${person}`;
}

const acts: Readonly<Record<string, { verb: typeof endGrant; word: (typeof done)[number]; state: Grant['state'] }>> = {
  validate: { verb: validateGrant, word: 'validated', state: 'granted' },
  refuse: { verb: refuseGrant, word: 'refused', state: 'refused' },
  end: { verb: endGrant, word: 'ended', state: 'ended' },
  lift: { verb: endGrant, word: 'lifted', state: 'lifted' },
};

/** Does what the form says; the word of what was done. What the same person has done already is done. */
async function doAct(ctx: Koa.Context, db: Db, { person: by, at }: Moment): Promise<(typeof done)[number]> {
  const asked = acts[field(ctx, 'act')];
  if (!asked) throw new Refusal('bad_request', 'expected `act` to be one of the page');
  const grant = field(ctx, 'grant');
  const reason = field(ctx, 'reason');
  try {
    await asked.verb(db, { grant, reason, by, at });
  } catch (error) {
    const now = error instanceof Refusal && error.code !== 'unknown_grant' ? await findGrant(db, grant) : undefined;
    const mine = asked.verb === endGrant ? now?.endedBy === by : now?.decidedBy === by;
    if (now?.state !== asked.state || !mine) throw error;
  }
  return asked.word;
}

/** The schools where the person decides; `no_delegation` for a deputy to whom nothing is delegated, `not_allowed` for others. */
async function schoolsToDecide(ctx: Koa.Context, db: Db, { person, at }: Moment): Promise<SchoolToDecide[]> {
  const { decided, decides, keeps } = await openingsOf(db, { person, at });
  if (decides.length === 0) throw await whyNot(db, { person, at });
  const schools = new Map((await listLogbooks(db, decides)).map(({ school, schoolName }) => [school, schoolName]));
  const lines = new Map((await linesOf(ctx, db, decided, at)).map((line) => [line.id, line]));
  return [...schools].map(([uai, name]) => {
    const theirs = decided.filter(({ school }) => school === uai);
    const which = (standing: string) => theirs.filter((grant) => standingOf(grant, at) === standing);
    return {
      uai,
      name,
      pending: which('offered').map((grant) => ({
        ...lines.get(grant.id)!,
        own: grant.beneficiary === person || keeps.includes(grant.logbook),
      })),
      active: which('granted').map(({ id }) => lines.get(id)!),
      refused: which('refused')
        .filter(({ decidedAs, endsAt }) => decidedAs !== 'owner' && endsAt > at)
        .map(({ id }) => lines.get(id)!),
    };
  });
}

async function whyNot(db: Db, { person, at }: Moment): Promise<Refusal> {
  const seen = await list(db, { person, action: 'see_readers', type: 'logbook', when: { at } });
  const deputy = seen.some(({ reasons }) => reasons.some(({ rule }) => rule === 'deputy'));
  return deputy
    ? new Refusal('no_delegation', 'expected a delegation of signature for `validate`', { act: 'validate' })
    : new Refusal('not_allowed', 'expected somebody who validates openings');
}
