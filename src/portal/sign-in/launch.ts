// The step of a sign-in at a publisher where it is asked from which school, or said that the resource does not open.
import type Koa from 'koa';
import { closedPage } from '../../../views/resources/closed.tsx';
import { schoolChoicePage } from '../../../views/sign-in/school.tsx';
import { listSchools } from '../../directory/schools.ts';
import { render } from '../../http/pages.ts';
import type { Interaction } from '../../oidc/oidc.ts';
import type { Portal } from '../pages.ts';

export async function showLaunch(
  ctx: Koa.Context,
  { db }: Portal,
  { interaction, token }: { interaction: Interaction; token: string },
): Promise<void> {
  const { uid, launch, redirectOrigin, uiLocales } = interaction;
  const rendering = { formsLeadTo: [redirectOrigin], locales: uiLocales, repeatable: true };
  if (!launch) return render(ctx, closedPage, { back: { uid, token } }, { ...rendering, status: 403 });
  const schools = (await listSchools(db, launch.schools)).map(({ uai, name }) => ({ uai, name }));
  render(ctx, schoolChoicePage, { uid, token, resource: launch.name, schools }, rendering);
}
