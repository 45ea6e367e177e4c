// Pages for everyone: the list, one line per page.
import Router from '@koa/router';
import { serveAsset } from '../http/assets.ts';
import { formBody } from '../http/forms.ts';
import { activationAccount, activationDone, activationStart } from './activation.ts';
import { home } from './home.ts';
import { logbook } from './logbook.ts';
import { logbooks } from './logbooks.ts';
import type { Portal } from './pages.ts';
import { privacy } from './privacy.ts';
import { cancel, signIn } from './sign-in.ts';
import { validations } from './validations.ts';

export { providerPages } from './provider-pages.ts';

/** The routes of the portal; mounted after the frame, before the OpenID provider. */
export function portalRoutes(portal: Portal): Router {
  const router = new Router();

  router.get('/', home(portal));
  router.get('/privacy', privacy());
  router.get('/assets/:name', serveAsset);

  router.get('/activation', activationStart(portal).show);
  router.post('/activation', ...formBody, activationStart(portal).take);
  router.get('/activation/account', activationAccount(portal).show);
  router.post('/activation/account', ...formBody, activationAccount(portal).take);
  router.get('/activation/done', activationDone(portal));

  router.get('/logbooks', logbooks(portal).show);
  router.post('/logbooks', ...formBody, logbooks(portal).take);
  router.get('/logbooks/:id', logbook(portal).show);
  router.post('/logbooks/:id', ...formBody, logbook(portal).take);
  router.get('/validations', validations(portal).show);
  router.post('/validations', ...formBody, validations(portal).take);

  router.get('/interaction/:uid', signIn(portal).show);
  router.post('/interaction/:uid', ...formBody, signIn(portal).take);
  router.post('/interaction/:uid/cancel', ...formBody, cancel(portal));

  return router;
}
