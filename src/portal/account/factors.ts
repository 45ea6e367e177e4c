// /account/factors: a person's own second factors: seen, renamed, removed, added; and their recovery codes.

import type Koa from 'koa';
import { addFactorPage } from '../../../views/factors/add.tsx';
import { recoveryCodesPage } from '../../../views/factors/codes.tsx';
import { type FactorsData, factorsPage } from '../../../views/factors/list.tsx';
import { dateForms } from '../../../views/text/dates.ts';
import { removeFactor, renameFactor, renewCodes, standingOf } from '../../accounts/factors/factors.ts';
import { noteProof } from '../../accounts/factors/proofs.ts';
import { sheetKept, sheetToShow } from '../../accounts/factors/recovery.ts';
import { stopFactorCode, underWay } from '../../accounts/factors/school-codes.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { expected, type FormPage, goTo, type Portal, signedIn } from '../pages.ts';
import { actingOn, addData, addGiven, factorFaults } from './asking.ts';
import { ownPath, requireFactor, sessionMoment } from './proof.ts';

const LIST = '/account/factors';
const ADD = '/account/factors/add';
const CODES = '/account/factors/codes';

/** GET and POST /account/factors */
export function factors(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, fault?: RefusalCode): Promise<void> => {
    const { person, at } = await signedIn(ctx, portal);
    const { factors: held, required, codesLeft } = await standingOf(db, person, at);
    const day = new Intl.DateTimeFormat(dateForms[localeOf(ctx)], { dateStyle: 'long', timeZone: DEFAULT_ZONE });
    const lines = held.map(({ id, kind, name, addedAt, usedAt }) => ({
      id,
      kind,
      name,
      added: day.format(addedAt),
      used: usedAt === undefined ? undefined : day.format(usedAt),
    }));
    const code = await underWay(db, person, at);
    const data: FactorsData = {
      token: formToken(ctx, purposeOf(person)),
      factors: lines,
      required,
      codesLeft,
      underWay: code && { step: code.step, since: day.format(code.since), until: day.format(code.until) },
      done: doneIn(ctx),
      fault,
    };
    render(ctx, factorsPage, data, { status: fault ? 422 : 200 });
  };
  return {
    show: (ctx) => show(ctx),
    take: async (ctx) => {
      const { person } = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(person));
      const moment = await requireFactor(ctx, portal);
      if (!moment) return;
      try {
        goTo(ctx, await changed(ctx, portal, moment));
      } catch (error) {
        await show(ctx, expected(error, 'factor_required', 'unknown_factor', 'nothing_to_end'));
      }
    },
  };
}

/** GET and POST /account/factors/add, and back to where one was led from. */
export function addFactor(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, who: Proven, fault?: RefusalCode): Promise<void> => {
    const { factors: held, required } = await standingOf(db, who.person, who.at);
    const why = required && held.length === 0 ? 'required' : 'wished';
    const asking = { action: withWayBack(ctx, portal, ADD), token: formToken(ctx, purposeOf(who.person)) };
    const data = await addData(ctx, portal, asking, { acting: actingOn(portal, who), why });
    render(ctx, addFactorPage, { ...data, fault }, { status: fault ? 422 : 200, script: 'passkeys.js' });
  };
  return {
    show: async (ctx) => {
      const moment = await requireFactor(ctx, portal);
      if (moment) await show(ctx, moment);
    },
    take: async (ctx) => {
      const moment = await requireFactor(ctx, portal);
      if (!moment) return;
      requireFormToken(ctx, purposeOf(moment.person));
      const acting = actingOn(portal, moment);
      try {
        await addGiven(ctx, portal, acting);
      } catch (error) {
        return show(ctx, moment, expected(error, ...factorFaults));
      }
      await noteProof(db, moment);
      const made = await sheetToShow(db, acting);
      goTo(ctx, made ? withWayBack(ctx, portal, CODES) : (wayBack(ctx, portal) ?? `${LIST}?done=added`));
    },
  };
}

/** GET and POST /account/factors/codes: the codes that were just made, in the session that made them. */
export function recoveryCodes(portal: Portal): FormPage {
  const { db } = portal;
  return {
    show: async (ctx) => {
      const { person, bound } = await sessionMoment(ctx, portal);
      const codes = await sheetToShow(db, actingOn(portal, { person, bound }));
      if (!codes) return goTo(ctx, wayBack(ctx, portal) ?? LIST);
      const action = withWayBack(ctx, portal, CODES);
      render(ctx, recoveryCodesPage, { action, token: formToken(ctx, purposeOf(person)), codes });
    },
    take: async (ctx) => {
      const { person, bound } = await sessionMoment(ctx, portal);
      requireFormToken(ctx, purposeOf(person));
      await sheetKept(db, { person, bound });
      goTo(ctx, wayBack(ctx, portal) ?? `${LIST}?done=kept`);
    },
  };
}

type Proven = { person: string; bound: string; at: number };

/** Where one was led from, when it is a page of ours. */
function wayBack(ctx: Koa.Context, { config }: Portal): string | undefined {
  return ctx.query.to === undefined ? undefined : ownPath(config, ctx.query.to);
}

function withWayBack(ctx: Koa.Context, portal: Portal, path: string): string {
  const to = wayBack(ctx, portal);
  return to === undefined ? path : `${path}?to=${encodeURIComponent(to)}`;
}

/** Does what the form asks; returns where to go on. */
async function changed(ctx: Koa.Context, portal: Portal, who: { person: string; bound: string; at: number }) {
  const { person, at } = who;
  const id = field(ctx, 'factor');
  switch (field(ctx, 'act')) {
    case 'rename':
      await renameFactor(portal.db, { person, id, name: field(ctx, 'name'), at });
      return `${LIST}?done=renamed`;
    case 'remove':
      await removeFactor(portal.db, { person, id, at });
      return `${LIST}?done=removed`;
    case 'stop':
      await stopFactorCode(portal.db, { person, at });
      return `${LIST}?done=stopped`;
    case 'renew':
      await renewCodes(portal.db, actingOn(portal, who));
      return CODES;
    default:
      throw new Refusal('bad_request', 'expected an act of this page');
  }
}

const dones = ['added', 'removed', 'renamed', 'kept', 'stopped'] as const;

function doneIn(ctx: Koa.Context): FactorsData['done'] {
  return ctx.method === 'GET' ? dones.find((done) => done === ctx.query.done) : undefined;
}

function purposeOf(person: string): string {
  return `factors ${person}`;
}
