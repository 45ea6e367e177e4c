// GET and POST /family/join: another record of the same person, by the code of a letter or by both credentials.
import type Koa from 'koa';
import { type JoinData, joinPage } from '../../../views/family/join.tsx';
import { boundTo } from '../../accounts/factors/challenges.ts';
import { Refusal } from '../../errors.ts';
import { type Joined, joinByCode, joinByCredentials, mayJoin } from '../../families/families.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { expected, type FormPage, goTo, type Moment, originOf, type Portal, signedIn } from '../pages.ts';

export function joinRecords(portal: Portal): FormPage {
  const { db } = portal;
  const show = (ctx: Koa.Context, moment: Moment, given: Omit<JoinData, 'token'> = {}): void => {
    const token = formToken(ctx, purposeOf(moment));
    render(ctx, joinPage, { token, ...given }, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      if (!(await mayJoin(db, moment.person, moment.at)))
        throw new Refusal('join_not_family', 'expected an account of a family, and of nobody at work in a school');
      show(ctx, moment);
    },
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      const way = field(ctx, 'way') === 'account' ? 'account' : 'code';
      try {
        const { ended } = way === 'code' ? await byCode(ctx, portal, moment) : await byAccount(ctx, portal, moment);
        if (ended !== undefined) await portal.provider.endSessions(ended);
        goTo(ctx, '/family?done=joined');
      } catch (error) {
        const fault = expected(error, 'join_refused');
        show(ctx, moment, { fault, way, code: field(ctx, 'code'), login: field(ctx, 'other-login') });
      }
    },
  };
}

/** A form is for the person it was shown to, whoever else signs in in the same browser. */
function purposeOf({ person }: Moment): string {
  return `family join ${person}`;
}

async function byCode(ctx: Koa.Context, portal: Portal, { person }: Moment): Promise<Joined> {
  const [code, check] = [field(ctx, 'code'), field(ctx, 'check')];
  return joinByCode(portal.db, { ...originOf(ctx, portal), survivor: person, code, check });
}

async function byAccount(ctx: Koa.Context, portal: Portal, { person }: Moment): Promise<Joined> {
  const { config } = portal;
  return joinByCredentials(portal.db, {
    ...originOf(ctx, portal),
    survivor: person,
    password: field(ctx, 'password', 1000),
    other: {
      identifier: field(ctx, 'other-login'),
      password: field(ctx, 'other-password', 1000),
      factor: field(ctx, 'factor'),
    },
    bound: boundTo('session', person),
    issuer: config.issuer,
    secrets: config.keyFor('factors'),
  });
}
