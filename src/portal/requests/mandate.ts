// GET /school/requests/:id/mandate and /me/requests/:id/mandate: the document of a mandate, to save and never to show here.
import type Koa from 'koa';
import { documentTypes, readMandate } from '../../privacy/requests/mandates.ts';
import { type Portal, signedIn } from '../pages.ts';

/** For whoever answers the request, the data protection officer and the person concerned; `unknown_request` for others. */
export function mandateOf({ db, ...portal }: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { person: by, at } = await signedIn(ctx, { db, ...portal });
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    const { type, content } = await readMandate(db, { id, by, at });
    const [extension] = Object.entries(documentTypes).find(([, one]) => one === type)!;
    // it comes from somebody else: whatever is in it does nothing here
    ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
    ctx.set('Cross-Origin-Resource-Policy', 'same-origin');
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Content-Disposition', `attachment; filename="mandat-${id}.${extension}"`);
    ctx.type = type;
    ctx.body = content;
  };
}
