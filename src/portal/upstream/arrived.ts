// GET and POST /interaction/:uid/upstream: what a provider of identities led to, and going on from there.
import type Koa from 'koa';
import {
  choosePage,
  joinedPage,
  type LeavingData,
  nobodyPage,
  type Option,
  openPage,
} from '../../../views/upstream/arrived.tsx';
import { identifierOf } from '../../accounts/records.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson } from '../../directory/persons.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { setCookie } from '../../http/cookies.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Rendering, render } from '../../http/pages.ts';
import { UPSTREAM } from '../../oidc/assurance.ts';
import type { Interaction } from '../../oidc/oidc.ts';
import { schoolsHolding } from '../../upstream/holders.ts';
import type { Entered, Provider } from '../../upstream/upstream.ts';
import { type FormPage, goTo, originOf, type Portal } from '../pages.ts';
import { afterPassword } from '../sign-in/factor.ts';
import { type Came, keepSteps, noteElsewhere, stepsOf, type UpstreamPortal } from './steps.ts';

/** A way back from elsewhere: the sign-in it is for, and what it came with. */
interface Way {
  readonly interaction: Interaction;
  readonly came: Came;
}

export function upstreamArrived(portal: UpstreamPortal): FormPage {
  return {
    show: async (ctx) => {
      const way = await wayOf(ctx, portal);
      if (way) await goOn(ctx, portal, way);
    },
    take: async (ctx) => {
      const way = await wayOf(ctx, portal);
      if (!way) return;
      requireFormToken(ctx, purposeOf(way));
      const person = field(ctx, 'person');
      const act = field(ctx, 'act');
      if (act === 'open') {
        const { assertion, since } = way.came;
        const entered = await portal.upstream.open({ ...originOf(ctx, portal), assertion, since, person });
        return enter(ctx, portal, way, { ...entered, joined: [] }); // what was joined was told before
      }
      if (act !== 'choose') throw new Refusal('bad_request', 'expected `act` to be one of the page');
      keepSteps(ctx, portal, { came: { ...way.came, chosen: person } });
      goTo(ctx, ctx.path);
    },
  };
}

/** Lets in whoever has read what was joined; whether there was somebody. They are let in once. */
export async function enterFromUpstream(ctx: Koa.Context, portal: Portal, interaction: Interaction): Promise<boolean> {
  const { shown } = stepsOf(ctx, portal);
  if (shown?.interaction !== interaction.uid) return false;
  setCookie(ctx, 'upstream', '', 0);
  try {
    const { person, epoch, signedInAt: since } = shown;
    await afterPassword(ctx, portal, interaction, { person, epoch, amr: [UPSTREAM], since });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'sign_in_failed') return false; // ended a moment ago
    throw error;
  }
  return true;
}

/** What this browser came back with for this sign-in; undefined when it is at another step, and was sent there. */
async function wayOf(ctx: Koa.Context, portal: UpstreamPortal): Promise<Way | undefined> {
  const interaction = await portal.provider.interaction(ctx);
  const { came } = stepsOf(ctx, portal);
  if (interaction.step === 'login' && came?.interaction === interaction.uid) return { interaction, came };
  goTo(ctx, `/interaction/${interaction.uid}`);
  return undefined;
}

/** In, where that is clear; else the page that says what there is to do. */
async function goOn(ctx: Koa.Context, portal: UpstreamPortal, way: Way): Promise<void> {
  const { upstream } = portal;
  const { interaction, came } = way;
  const at = Date.now();
  const { assertion, since, chosen } = came;
  const asked = { assertion, since, ...(chosen !== undefined && { chosen }) };
  const found = await upstream.arrival({ ...asked, at });
  if ('person' in found || found.arrival.kind === 'enter') {
    const entered = await upstream.enter({ ...originOf(ctx, portal), ...asked });
    return enter(ctx, portal, way, entered);
  }
  const { arrival, provider } = found;
  const { uid } = interaction;
  if (arrival.kind === 'stale') {
    keepSteps(ctx, portal, { anew: true });
    return goTo(ctx, `/interaction/${uid}/upstream/${provider.id}`);
  }
  const towards = { uid, provider: provider.name };
  const rendering = renderingOf(interaction);
  if (arrival.kind === 'nobody')
    return render(ctx, nobodyPage, { ...towards, leaving: leavingOf(provider) }, { ...rendering, status: 403 });
  const token = formToken(ctx, purposeOf(way));
  if (arrival.kind === 'choose') {
    const among = await Promise.all(arrival.among.map((person) => optionOf(portal, person, at)));
    return render(ctx, choosePage, { ...towards, token, among }, rendering);
  }
  const joins = await Promise.all(arrival.join.map(async (person) => (await optionOf(portal, person, at)).schools));
  const opening = await optionOf(portal, arrival.person, at);
  render(ctx, openPage, { ...towards, token, opening, joins }, rendering);
}

/** Opens the session; what was joined just now is shown first. */
async function enter(ctx: Koa.Context, portal: UpstreamPortal, way: Way, entered: Entered): Promise<void> {
  const { interaction, came } = way;
  const { uid } = interaction;
  const { person, epoch, since, joined } = entered;
  const provider = (await portal.upstream.providers()).find(({ id }) => id === entered.provider);
  if (provider) noteElsewhere(ctx, portal, leavingOf(provider));
  if (joined.length > 0) {
    keepSteps(ctx, portal, { shown: { interaction: uid, person, epoch, signedInAt: since } });
    const records = await Promise.all(joined.map((one) => recordOf(portal, one)));
    return render(ctx, joinedPage, { uid, provider: provider?.name ?? '', records }, renderingOf(interaction));
  }
  keepSteps(ctx, portal, { came }); // the same form may come twice
  await afterPassword(ctx, portal, interaction, { person, epoch, amr: [UPSTREAM], since });
}

/** An account or a record, as its holder knows it. */
async function optionOf({ db }: Portal, person: string, at: number): Promise<Option> {
  return {
    person,
    identifier: (await identifierOf(db, person)) || undefined,
    name: fullName(await findPerson(db, person)),
    schools: namesOf(await listSchools(db, await schoolsHolding(db, person, at))),
  };
}

/** A record that was joined just now, and the schools that it came from. */
async function recordOf({ db }: Portal, { record, schools }: Entered['joined'][number]): Promise<Option> {
  const name = fullName(await findPerson(db, record));
  return { person: record, name, schools: namesOf(await listSchools(db, schools)) };
}

function namesOf(schools: readonly { readonly name: string }[]): string {
  return schools
    .map(({ name }) => name)
    .sort((one, other) => one.localeCompare(other, 'fr'))
    .join(', ');
}

function leavingOf({ name, signOut }: Provider): LeavingData {
  return { provider: name, ...(signOut !== undefined && { signOut }) };
}

/** A form is for the sign-in and the assertion that it was shown for. */
function purposeOf({ interaction, came }: Way): string {
  return `upstream ${interaction.uid} ${came.assertion}`;
}

function renderingOf({ redirectOrigin, uiLocales }: Interaction): Rendering {
  return { formsLeadTo: [redirectOrigin], locales: uiLocales, repeatable: false };
}
