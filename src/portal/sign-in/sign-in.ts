// GET and POST /interaction/:uid: the steps on the way to a module, in the provider's order and no other.
import type Koa from 'koa';
import { loginPage } from '../../../views/sign-in/login.tsx';
import { noticePage } from '../../../views/sign-in/notice.tsx';
import { authenticate, type SignedIn } from '../../accounts/accounts.ts';
import { findPerson } from '../../directory/persons.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Rendering, render } from '../../http/pages.ts';
import type { Interaction } from '../../oidc/oidc.ts';
import { expected, type FormPage, originOf, type Portal } from '../pages.ts';
import { enterFromUpstream } from '../upstream/arrived.ts';
import type { UpstreamPortal } from '../upstream/steps.ts';
import { enterByCard } from './card.ts';
import { afterPassword, showFactor, takeFactor } from './factor.ts';
import { showLaunch } from './launch.ts';
import { showObjected } from './objected.ts';

export function signIn(portal: UpstreamPortal): FormPage {
  const { provider } = portal;
  return {
    show: async (ctx) => {
      const interaction = await current(ctx, portal);
      if (interaction.step === 'notice') return showNotice(ctx, portal, interaction);
      if (interaction.step === 'school' || interaction.step === 'closed')
        return showLaunch(ctx, portal, { interaction, token: formToken(ctx, purposeOf(interaction)) });
      if (interaction.step === 'objected')
        return showObjected(ctx, portal, interaction, formToken(ctx, purposeOf(interaction)));
      if (interaction.step === 'factor') return showFactor(ctx, portal, factorStep(ctx, interaction));
      if (await enterByCard(ctx, portal)) return;
      if (await enterFromUpstream(ctx, portal, interaction)) return;
      await showLogin(ctx, portal, interaction, { identifier: interaction.loginHint });
    },
    take: async (ctx) => {
      const interaction = await current(ctx, portal);
      requireFormToken(ctx, purposeOf(interaction));
      if (interaction.step === 'login') return takeLogin(ctx, portal, interaction);
      if (interaction.step === 'factor') return takeFactor(ctx, portal, factorStep(ctx, interaction));
      if (interaction.step === 'school') return provider.finishSchool(ctx, field(ctx, 'school'));
      if (interaction.step === 'closed' || interaction.step === 'objected')
        throw new Refusal('form_expired', 'nothing is taken at this step');
      await provider.finishNotice(ctx);
    },
  };
}

/** POST /interaction/:uid/cancel: back to the module, which is told so. */
export function cancel(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const interaction = await current(ctx, portal);
    requireFormToken(ctx, purposeOf(interaction));
    await portal.provider.cancel(ctx);
  };
}

/** What this browser is asked now, and only under its own address. */
async function current(ctx: Koa.Context, { provider }: Portal): Promise<Interaction> {
  const interaction = await provider.interaction(ctx);
  if (interaction.uid !== ctx.params.uid) throw new Refusal('form_expired', 'expected the address of this sign-in');
  return interaction;
}

/** The step is part of it: a form of one step is no answer to another, nor that of one notice to the next. */
function purposeOf({ uid, step, noticeVersion }: Interaction): string {
  return `interaction ${uid} ${step} ${noticeVersion}`;
}

async function takeLogin(ctx: Koa.Context, portal: UpstreamPortal, interaction: Interaction): Promise<void> {
  const identifier = field(ctx, 'login');
  const password = field(ctx, 'password', 1000);
  let signedIn: SignedIn;
  try {
    signedIn = await authenticate(portal.statements ?? portal.db, { ...originOf(ctx, portal), identifier, password });
  } catch (error) {
    const fault = expected(error, 'sign_in_failed', 'too_many_tries');
    // 422 rather than 401, which would promise a challenge that a form is not
    const status = fault === 'too_many_tries' ? 429 : 422;
    return showLogin(ctx, portal, interaction, { identifier, fault, status });
  }
  await afterPassword(ctx, portal, interaction, { ...signedIn, amr: ['pwd'] });
}

function factorStep(ctx: Koa.Context, interaction: Interaction) {
  const token = formToken(ctx, purposeOf(interaction));
  return { interaction, token, rendering: renderingOf(interaction) };
}

async function showLogin(
  ctx: Koa.Context,
  { upstream }: UpstreamPortal,
  interaction: Interaction,
  given: { identifier?: string | undefined; fault?: RefusalCode | undefined; status?: number },
): Promise<void> {
  const { uid, module } = interaction;
  const { status = 200, ...typed } = given;
  const token = formToken(ctx, purposeOf(interaction));
  const providers = (await upstream.providers()).map(({ id, label }) => ({ id, label }));
  render(ctx, loginPage, { uid, module, token, providers, ...typed }, { ...renderingOf(interaction), status });
}

async function showNotice(ctx: Koa.Context, portal: Portal, interaction: Interaction): Promise<void> {
  const { uid, person, module, claims, publisher } = interaction;
  if (!person) throw new Refusal('not_signed_in', 'expected somebody signed in at the notice');
  const { givenName, familyName } = await findPerson(portal.db, person);
  const schools = module.schools === 'all' ? module.schools : await schoolNames(portal, module.schools);
  const token = formToken(ctx, purposeOf(interaction));
  const data = { uid, token, person: `${givenName} ${familyName}`, module: { ...module, schools }, claims, publisher };
  render(ctx, noticePage, data, renderingOf(interaction));
}

/** A school that is not delivered yet is called by its UAI. */
async function schoolNames({ db }: Portal, uais: readonly string[]): Promise<string[]> {
  const names = new Map((await listSchools(db, uais)).map(({ uai, name }) => [uai, name]));
  return uais.map((uai) => names.get(uai) ?? uai).sort((one, other) => one.localeCompare(other, 'fr'));
}

function renderingOf({ redirectOrigin, uiLocales }: Interaction): Rendering {
  return { formsLeadTo: [redirectOrigin], locales: uiLocales, repeatable: true };
}
