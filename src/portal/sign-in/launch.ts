// The step of a sign-in at a publisher where it is asked from which school, or said that the resource does not open.
import type Koa from 'koa';
import { closedPage } from '../../../views/resources/closed.tsx';
import { schoolChoicePage } from '../../../views/sign-in/school.tsx';
import { listSchools } from '../../directory/schools.ts';
import { render } from '../../http/pages.ts';
import type { Interaction } from '../../oidc/oidc.ts';
import type { Portal } from '../pages.ts';
import { whyClosed } from '../resources/why-closed.ts';

export async function showLaunch(
  ctx: Koa.Context,
  portal: Portal,
  { interaction, token }: { interaction: Interaction; token: string },
): Promise<void> {
  const { uid, launch, closed, person, redirectOrigin, uiLocales } = interaction;
  const rendering = { formsLeadTo: [redirectOrigin], locales: uiLocales, repeatable: true };
  if (!launch) {
    const why = await whyClosed(portal, { person, resource: closed });
    return render(ctx, closedPage, { ...why, back: { uid, token } }, { ...rendering, status: 403 });
  }
  const schools = (await listSchools(portal.db, launch.schools)).map(({ uai, name }) => ({ uai, name }));
  render(ctx, schoolChoicePage, { uid, token, resource: launch.name, schools }, rendering);
}
