// Away to a provider of identities, and back with what it says: the two ends of the way through the browser.
import { bodyParser } from '@koa/bodyparser';
import type Koa from 'koa';
import { Refusal } from '../../errors.ts';
import { field } from '../../http/forms.ts';
import { frameOf } from '../../http/requests.ts';
import { workstationOf } from '../../oidc/marked.ts';
import { goTo, originOf } from '../pages.ts';
import { keepSteps, stepsOf, type UpstreamPortal } from './steps.ts';

/** What a response may weigh, posted by a browser that comes from elsewhere. */
export const responseBody: Koa.Middleware[] = [
  async (ctx, next) => {
    if (!ctx.is('application/x-www-form-urlencoded') || ctx.get('Content-Encoding'))
      throw new Refusal('unsupported_media_type', 'expected `application/x-www-form-urlencoded`, not compressed');
    await next();
  },
  bodyParser({ enableTypes: ['form'], formLimit: '256kb' }),
];

const LARGEST = 200_000;

/** GET /interaction/:uid/upstream/:provider: to the provider, with a request that this browser alone can have answered. */
export function goUpstream(portal: UpstreamPortal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { uid: interaction, step, asksAnew } = await portal.provider.interaction(ctx);
    if (step !== 'login') return goTo(ctx, `/interaction/${interaction}`);
    const at = Date.now();
    const steps = stepsOf(ctx, portal);
    // a workstation is everybody's: whoever is still signed in over there may be somebody else
    const anew = asksAnew || steps.anew === true || workstationOf(ctx.req) !== undefined;
    const { address, request } = await portal.upstream.begin({ provider: String(ctx.params.provider), anew, at });
    const asked = [...steps.asked, { request, interaction, since: anew ? at : 0 }];
    keepSteps(ctx, portal, { asked });
    goTo(ctx, address);
  };
}

/**
 * POST /upstream/acs: what a provider says, brought by a browser whose cookies stay at home on such a post. It is verified,
 * kept, and fetched by the step that follows, where the browser shows that it asked. What else comes with it is not read.
 */
export function takeResponse({ upstream, ...portal }: UpstreamPortal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { log, requestId } = frameOf(ctx);
    const onRefused = (why: string): void => log.warn({ request: requestId, why }, 'upstream response refused');
    const response = field(ctx, 'SAMLResponse', LARGEST);
    const { handle } = await upstream.receive({ ...originOf(ctx, portal), response, onRefused });
    goTo(ctx, `/upstream/arrived?a=${handle}`);
  };
}

/** GET /upstream/arrived: hands what was said to the browser that asked for it, once, and to no other. */
export function arrive(portal: UpstreamPortal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { a: handle } = ctx.query;
    const { asked } = stepsOf(ctx, portal);
    if (typeof handle !== 'string' || handle.length > 100) throw notAsked();
    const taken = await portal.upstream.take({
      handle,
      requests: asked.map(({ request }) => request),
      at: Date.now(),
    });
    const answered = asked.find(({ request }) => request === taken?.request);
    if (!taken || !answered) throw notAsked();
    const { interaction, since } = answered;
    keepSteps(ctx, portal, {
      asked: asked.filter((one) => one !== answered),
      came: { assertion: taken.id, interaction, since },
    });
    goTo(ctx, `/interaction/${interaction}/upstream`);
  };
}

/** GET /upstream/metadata */
export function upstreamMetadata({ upstream }: UpstreamPortal): (ctx: Koa.Context) => void {
  return (ctx) => {
    ctx.body = upstream.metadata();
    ctx.type = 'application/samlmetadata+xml';
  };
}

function notAsked(): Refusal {
  return new Refusal('upstream_over', 'expected the browser that asked, and once');
}
