// GET and POST /school/reset: a school in trouble resets all its pupils, by whoever may protect it.
import type Koa from 'koa';
import { pupilsResetPage } from '../../../views/school/reset.tsx';
import { countPupils } from '../../accounts/bulk.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { resetPupils } from '../../oidc/reset-pupils.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { requireFactor } from '../account/proof.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

export function pupilsReset(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, { person, at }: Moment, fault?: RefusalCode): Promise<void> => {
    const uais = await protectedBy(db, { person, at });
    const schools = [];
    for (const { uai, name } of await listSchools(db, uais)) {
      const { active, withoutPassword } = await countPupils(db, { school: uai, at });
      schools.push({ uai, name, active, waiting: withoutPassword, done: ctx.query.done === uai });
    }
    const data = { token: formToken(ctx, purposeOf(person)), schools, fault };
    render(ctx, pupilsResetPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      const moment = await allowed(ctx, portal);
      if (moment) await show(ctx, moment);
    },
    take: async (ctx) => {
      const moment = await allowed(ctx, portal);
      if (!moment) return;
      const { person, at } = moment;
      requireFormToken(ctx, purposeOf(person));
      const school = field(ctx, 'school');
      if (!(await protectedBy(db, { person, at })).includes(school)) throw notAllowed();
      try {
        if (field(ctx, 'confirm') !== 'yes') throw new Refusal('not_confirmed', 'expected the box to be ticked');
        await resetPupils(db, { schools: [school], actor: person, at });
      } catch (error) {
        return show(ctx, { person, at }, expected(error, 'not_confirmed'));
      }
      goTo(ctx, `/school/reset?done=${school}`);
    },
  };
}

/** Whoever may, and has proven a moment ago who they are; nothing while they are on their way to do so. */
async function allowed(ctx: Koa.Context, portal: Portal): Promise<Moment | undefined> {
  const moment = await signedIn(ctx, portal);
  if ((await protectedBy(portal.db, moment)).length === 0) throw notAllowed();
  return requireFactor(ctx, portal);
}

/** The schools whose pupils a person may reset. */
export async function protectedBy(db: Db, { person, at }: Moment): Promise<string[]> {
  return (await list(db, { person, action: 'protect', type: 'school', when: { at } })).map(({ id }) => id);
}

function purposeOf(person: string): string {
  return `school reset ${person}`;
}

function notAllowed(): Refusal {
  return new Refusal('not_allowed', 'expected somebody who may reset the pupils of this school');
}
