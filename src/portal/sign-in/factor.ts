// The step after the password: proving the factor one holds, adding the one that is asked for, and keeping the codes of last resort.
import type Koa from 'koa';
import { addFactorPage } from '../../../views/factors/add.tsx';
import { recoveryCodesPage } from '../../../views/factors/codes.tsx';
import { provePage } from '../../../views/factors/prove.tsx';
import { boundTo } from '../../accounts/factors/challenges.ts';
import { type FactorStanding, proveFactor, spendSchoolCode, standingOf } from '../../accounts/factors/factors.ts';
import { noteProof } from '../../accounts/factors/proofs.ts';
import { sheetKept, sheetToShow } from '../../accounts/factors/recovery.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field } from '../../http/forms.ts';
import { type Rendering, render } from '../../http/pages.ts';
import { UPSTREAM } from '../../oidc/assurance.ts';
import type { Interaction, Login, Passed } from '../../oidc/oidc.ts';
import { actingOn, addData, addGiven, factorFaults, givenIn, proveData } from '../account/asking.ts';
import { rememberDevice } from '../account/devices.ts';
import { expected, goTo, originOf, type Portal } from '../pages.ts';

/** The page of a step, and what it is shown with. */
interface Step {
  readonly interaction: Interaction;
  readonly token: string;
  readonly rendering: Rendering;
}

/** Goes on after the right password: to the second factor where there is one or must be, else in. */
export async function afterPassword(ctx: Koa.Context, portal: Portal, interaction: Interaction, login: Login) {
  const { provider } = portal;
  if (interaction.asksForFactor || (await provider.asksFactorOf(login.person)))
    return provider.goOn(ctx, { ...login, at: Date.now() });
  await enter(ctx, portal, login);
}

/** Shows what is due: the proof, the factor to add, or the codes to keep. */
export async function showFactor(ctx: Koa.Context, portal: Portal, step: Step, fault?: RefusalCode): Promise<void> {
  const { interaction, token } = step;
  const { uid, module } = interaction;
  const passed = passedOf(interaction);
  const acting = actingOn(portal, { person: passed.person, bound: boundTo('interaction', uid) });
  const action = `/interaction/${uid}`;
  const asking = { action, token, module: module.name, cancel: `${action}/cancel` };
  const rendering: Rendering = { ...step.rendering, status: fault ? 422 : 200, script: 'passkeys.js' };
  if (isProven(passed)) {
    const codes = (await sheetToShow(portal.db, acting)) ?? [];
    return render(ctx, recoveryCodesPage, { ...asking, codes }, step.rendering);
  }
  const standing = await standingOf(portal.db, passed.person, acting.at);
  if (standing.factors.length > 0) {
    const data = await proveData(portal, asking, { acting, standing, school: passed.epoch !== undefined });
    return render(ctx, provePage, { ...data, upstream: passed.amr.includes(UPSTREAM), fault }, rendering);
  }
  requirePassword(passed);
  const data = await addData(ctx, portal, asking, { acting, why: whyAdd(interaction, standing) });
  render(ctx, addFactorPage, { ...data, fault }, rendering);
}

/** Takes the answer to what was due. */
export async function takeFactor(ctx: Koa.Context, portal: Portal, step: Step): Promise<void> {
  const passed = passedOf(step.interaction);
  try {
    if (isProven(passed)) await keepCodes(ctx, portal, step.interaction, passed);
    else await takeProof(ctx, portal, step.interaction, passed);
  } catch (error) {
    const fault = expected(error, ...factorFaults);
    // a double click: what came first was right, and the sign-in is already on its way
    const now = await portal.provider.interaction(ctx);
    if (now.passed && isProven(now.passed)) return goTo(ctx, ctx.path);
    await showFactor(ctx, portal, step, fault);
  }
}

/** Opens the session, or raises the one that is open, and remembers the browser. */
async function enter(ctx: Koa.Context, portal: Portal, login: Login): Promise<void> {
  await portal.provider.finishLogin(ctx, login);
  await rememberDevice(ctx, portal, login.person);
  if (login.epoch !== undefined) return;
  const session = await portal.provider.session(ctx);
  if (session) await noteProof(portal.db, { ...login, bound: boundTo('session', session.sid), at: Date.now() });
}

async function keepCodes(ctx: Koa.Context, portal: Portal, { uid }: Interaction, passed: Passed): Promise<void> {
  if (field(ctx, 'act') !== 'kept') return goTo(ctx, ctx.path);
  await sheetKept(portal.db, { person: passed.person, bound: boundTo('interaction', uid) });
  await enter(ctx, portal, passed);
}

async function takeProof(ctx: Koa.Context, portal: Portal, interaction: Interaction, passed: Passed): Promise<void> {
  const { db, provider } = portal;
  const acting = actingOn(portal, { person: passed.person, bound: boundTo('interaction', interaction.uid) });
  const { key: secrets, ...rest } = acting;
  const proving = { ...rest, secrets, from: originOf(ctx, portal) };
  const act = field(ctx, 'act');
  if (act === 'school') {
    requirePassword(passed);
    await spendSchoolCode(db, { ...proving, code: field(ctx, 'school') });
    return goTo(ctx, ctx.path);
  }
  if (act === 'later' || act.startsWith('add-')) {
    const standing = await standingOf(db, passed.person, acting.at);
    if (standing.factors.length > 0) throw expired();
    requirePassword(passed);
    if (act === 'later') {
      if (whyAdd(interaction, standing) !== 'wished') throw expired();
      return enter(ctx, portal, passed);
    }
    const amr = await addGiven(ctx, portal, acting);
    return provider.goOn(ctx, { ...passed, amr: twice(passed, amr), at: acting.at });
  }
  const amr = await proveFactor(db, { ...proving, given: givenIn(ctx) });
  const proven = { ...passed, amr: twice(passed, amr), at: acting.at };
  if (await sheetToShow(db, acting)) return provider.goOn(ctx, proven);
  await enter(ctx, portal, proven);
}

/** Why somebody who holds nothing is asked to add one. */
function whyAdd({ asksForFactor }: Interaction, { required }: FactorStanding): 'required' | 'asked' | 'wished' {
  if (required) return 'required';
  return asksForFactor ? 'asked' : 'wished';
}

/** The methods of a sign-in with two factors (RFC 8176). */
function twice({ amr }: Passed, more: readonly string[]): string[] {
  return [...new Set([...amr, ...more, 'mfa'])];
}

function isProven({ amr }: Passed): boolean {
  return amr.includes('mfa');
}

function passedOf({ passed }: Interaction): Passed {
  if (!passed) throw expired();
  return passed;
}

/** What replaces or begins a factor follows the password at once: a session that was left open is not enough. */
function requirePassword({ epoch }: Passed): void {
  if (epoch === undefined) throw expired();
}

function expired(): Refusal {
  return new Refusal('form_expired', 'nothing of the kind is asked of this browser');
}
