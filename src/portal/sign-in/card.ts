// /card: a pupil of primary school shows a class card, then goes on to a service; the card lets in once, in this browser.
import type Koa from 'koa';
import { cardPage, cardPlacesPage } from '../../../views/sign-in/card.tsx';
import { findPerson } from '../../directory/persons.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { factsAbout } from '../../facts/facts.ts';
import { readCookie, seal, setCookie, unseal } from '../../http/cookies.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { type CardHolder, signInByCard } from '../../letters/cards.ts';
import { CARD } from '../../oidc/assurance.ts';
import { listModules } from '../../oidc/modules.ts';
import { rememberOwnDevice } from '../account/devices.ts';
import { serves, serviceOf } from '../family/family.ts';
import { expected, type FormPage, goTo, originOf, type Portal } from '../pages.ts';

const WORDS = ['word1', 'word2', 'word3', 'word4'] as const;

/** How long a card that was shown waits for its pupil to choose where to go. */
const SECONDS = 180;

interface Shown extends CardHolder {
  readonly step: typeof CARD;
}

/** GET and POST /card */
export function card(portal: Portal): FormPage {
  const show = (ctx: Koa.Context, given: { identifier: string; fault?: RefusalCode }, interaction?: string): void => {
    const status = given.fault === undefined ? 200 : given.fault === 'too_many_tries' ? 429 : 422;
    const data = { token: formToken(ctx, 'card'), interaction, ...given };
    render(ctx, cardPage, data, { status, repeatable: !interaction });
  };
  return {
    show: async (ctx) => {
      setCookie(ctx, 'card', '', 0); // whoever begins anew is not the one before
      const { id } = ctx.query;
      show(ctx, { identifier: typeof id === 'string' ? id.slice(0, 64) : '' }, interactionOf(ctx.query.interaction));
    },
    take: async (ctx) => {
      requireFormToken(ctx, 'card');
      const interaction = interactionOf(field(ctx, 'interaction'));
      const identifier = field(ctx, 'login');
      const words = WORDS.map((name) => field(ctx, name)).join(' ');
      let holder: CardHolder;
      try {
        holder = await signInByCard(portal.db, { ...originOf(ctx, portal), identifier, words });
      } catch (error) {
        return show(ctx, { identifier, fault: expected(error, 'sign_in_failed', 'too_many_tries') }, interaction);
      }
      const shown: Shown = { ...holder, step: CARD };
      setCookie(ctx, 'card', seal(portal.config, shown, Date.now() + SECONDS * 1000), SECONDS);
      goTo(ctx, interaction ? `/interaction/${interaction}` : '/card/places');
    },
  };
}

/** GET /card/places: the services of one's school, for the pupil who has just shown a card. */
export function cardPlaces(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const shown = shownIn(ctx, portal);
    if (!shown) return goTo(ctx, '/card');
    const { givenName } = await findPerson(db, shown.person);
    const schools = (await factsAbout(db, 'subject', shown.person, Date.now(), ['attends'])).map(
      ({ object }) => object,
    );
    const modules = await listModules(db);
    const places = modules.filter((module) => schools.some((school) => serves(module, school))).map(serviceOf);
    render(ctx, cardPlacesPage, {
      name: givenName,
      places: places.flatMap(({ name, address }) => (address ? [{ name, address }] : [])),
    });
  };
}

/** Lets in the pupil who has just shown a card; whether there was one. The card that was shown lets in once. */
export async function enterByCard(ctx: Koa.Context, portal: Portal): Promise<boolean> {
  const shown = shownIn(ctx, portal);
  if (!shown) return false;
  setCookie(ctx, 'card', '', 0);
  try {
    await portal.provider.finishLogin(ctx, { person: shown.person, epoch: shown.epoch, amr: [CARD] });
    await rememberOwnDevice(ctx, portal, shown.person);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'sign_in_failed') return false; // replaced a moment ago
    throw error;
  }
  return true;
}

function shownIn(ctx: Koa.Context, { config }: Portal): CardHolder | undefined {
  const found = unseal<Shown>(config, readCookie(ctx, 'card'), Date.now());
  return found?.step === CARD ? found : undefined;
}

/** The identifier of a sign-in to go back to; it opens nothing by itself. */
function interactionOf(given: unknown): string | undefined {
  return typeof given === 'string' && /^[\w-]{10,64}$/.test(given) ? given : undefined;
}
