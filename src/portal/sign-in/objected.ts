// The step of a sign-in at a module that the person objected to: that nothing was sent, and how to come back on it.
import type Koa from 'koa';
import { objectedPage } from '../../../views/requests/objected.tsx';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import type { Interaction } from '../../oidc/oidc.ts';
import { modulesClosedTo } from '../../privacy/module-objections.ts';
import { dayText } from '../days.ts';
import type { Portal } from '../pages.ts';

export async function showObjected(
  ctx: Koa.Context,
  { db }: Portal,
  { uid, person, module, redirectOrigin, uiLocales }: Interaction,
  token: string,
): Promise<void> {
  const closed = person === undefined ? [] : await modulesClosedTo(db, [person]);
  const since = closed.find(({ client }) => client === module.id)?.since;
  const day = since === undefined ? undefined : dayText(since, { zone: DEFAULT_ZONE, locale: localeOf(ctx) });
  const rendering = { formsLeadTo: [redirectOrigin], locales: uiLocales, repeatable: true, status: 403 };
  render(ctx, objectedPage, { module: module.name, day, back: { uid, token } }, rendering);
}
