// Pages for everyone: the list, one line per page.
import Router from '@koa/router';
import { serveAsset } from '../http/assets.ts';
import { formBody } from '../http/forms.ts';
import { openUpstream } from '../upstream/upstream.ts';
import { accountHome } from './account/account.ts';
import { accountClose, accountClosed } from './account/close.ts';
import { accountEmail } from './account/contact.ts';
import { addFactor, factors, recoveryCodes } from './account/factors.ts';
import { accountPassword } from './account/password.ts';
import { factorFirst, prove } from './account/proof.ts';
import { resetDone, resetPassword, resetStart } from './account/reset.ts';
import { oneCircle } from './circles/circle.ts';
import { circlesHome } from './circles/circles.ts';
import { copyOfHeld, held } from './data/held.ts';
import { incidentLog, incidents } from './data/incidents.ts';
import { ownLog } from './data/log.ts';
import { me } from './data/me.ts';
import { dataReaders } from './data/readers.ts';
import { sessions } from './data/sessions.ts';
import { familyOf } from './family/family.ts';
import { joinRecords } from './family/join.ts';
import { home } from './home.ts';
import { freeResources } from './licences/free.ts';
import { licences } from './licences/licences.ts';
import { licencesOf } from './licences/offer.ts';
import { logbook } from './logbooks/logbook.ts';
import { logbooks } from './logbooks/logbooks.ts';
import { validations } from './logbooks/validations.ts';
import { charter } from './notices/charter.ts';
import { noticeLetters } from './notices/letters.ts';
import { noticePast, notices } from './notices/notices.ts';
import { schoolOpening } from './notices/opening.ts';
import { schoolNotices } from './notices/school.ts';
import { terms } from './notices/terms.ts';
import type { FormPage, Portal } from './pages.ts';
import { privacy } from './privacy.ts';
import { myPublishers } from './publishers/mine.ts';
import { schoolPublishers, schoolResource } from './publishers/school.ts';
import { handledRequest } from './requests/handled.ts';
import { mandateBody, requestLetters } from './requests/letters.ts';
import { mandateOf } from './requests/mandate.ts';
import { myRequest, myRequests } from './requests/mine.ts';
import { copyToHandOver, processing, requestRegisterFile, requestRegisterOf } from './requests/registers.ts';
import { report } from './requests/report.ts';
import { schoolRequests } from './requests/school.ts';
import { mediaCentre } from './resources/centre.ts';
import { certificates } from './resources/certificates.ts';
import { launchResource } from './resources/launch.ts';
import { nationalExport } from './resources/national.ts';
import { schoolStatistics } from './resources/statistics.ts';
import { assigners } from './school/assigners.ts';
import { disputes } from './school/disputes.ts';
import { lostFactors } from './school/factors.ts';
import { letterRun, letterSheets, letters } from './school/letters.ts';
import { pupilsReset } from './school/reset.ts';
import { workstations } from './school/workstations.ts';
import { activationAccount, activationDone, activationStart } from './sign-in/activation.ts';
import { card, cardPlaces } from './sign-in/card.ts';
import { cancel, signIn } from './sign-in/sign-in.ts';
import { upstreamArrived } from './upstream/arrived.ts';
import { arrive, goUpstream, responseBody, takeResponse, upstreamMetadata } from './upstream/leaving.ts';

export { providerPages } from './sign-in/provider-pages.ts';

/** The routes of the portal; mounted after the frame, before the OpenID provider. */
export function portalRoutes(portal: Portal): Router {
  const router = new Router();
  const page = (path: string, { show, take }: FormPage, body = formBody): void => {
    router.get(path, show);
    router.post(path, ...body, take);
  };

  router.use(['/school', '/validations', '/licences', '/logbooks', '/report', '/processing'], factorFirst(portal));

  router.get('/', home(portal));
  router.get('/privacy', privacy());
  router.get('/assets/:name', serveAsset);

  page('/activation', activationStart(portal));
  page('/activation/account', activationAccount(portal));
  router.get('/activation/done', activationDone(portal));

  page('/reset', resetStart(portal));
  page('/reset/password', resetPassword(portal));
  router.get('/reset/done', resetDone(portal));

  router.get('/account', accountHome(portal));
  page('/account/password', accountPassword(portal));
  page('/account/email', accountEmail(portal));
  page('/account/close', accountClose(portal));
  router.get('/account/closed', accountClosed());
  page('/school/reset', pupilsReset(portal));
  page('/school/workstations', workstations(portal));
  page('/school/assigners', assigners(portal));

  page('/licences', licences(portal));
  page('/licences/:id', licencesOf(portal));
  page('/licences/free/:uai', freeResources(portal));

  page('/circles', circlesHome(portal));
  page('/circles/:id', oneCircle(portal));

  page('/logbooks', logbooks(portal));
  page('/logbooks/:id', logbook(portal));
  page('/validations', validations(portal));

  router.get('/me', me(portal));
  router.get('/me/held', held(portal, 'own'));
  router.get('/me/copy', copyOfHeld(portal, 'own'));
  router.get('/me/readers', dataReaders(portal, 'own'));
  page('/me/sessions', sessions(portal));
  router.get('/me/log', ownLog(portal));
  router.get('/me/children/:id', held(portal, 'child'));
  router.get('/me/children/:id/copy', copyOfHeld(portal, 'child'));
  router.get('/me/children/:id/readers', dataReaders(portal, 'child'));
  page('/me/publishers', myPublishers(portal, 'own'));
  page('/me/children/:id/publishers', myPublishers(portal, 'child'));
  router.get('/school/publishers', schoolPublishers(portal));
  router.get('/school/publishers/:uai', schoolResource(portal));
  page('/school/incidents', incidents(portal));
  router.get('/school/incidents/:id', incidentLog(portal));

  router.get('/resources', mediaCentre(portal));
  router.get('/domaineGar', launchResource(portal));
  router.get('/school/gar', nationalExport(portal));
  router.get('/school/certificates', certificates(portal));
  router.get('/school/statistics', schoolStatistics(portal));

  page('/family', familyOf(portal));
  page('/family/join', joinRecords(portal));
  page('/school/disputes', disputes(portal));

  page('/account/factors', factors(portal));
  page('/account/factors/add', addFactor(portal));
  page('/account/factors/codes', recoveryCodes(portal));
  page('/account/prove', prove(portal));
  page('/school/factors', lostFactors(portal));

  router.get('/notices', notices(portal));
  router.get('/notices/:version', noticePast(portal));
  router.get('/terms', terms(portal));
  router.get('/terms/:version', terms(portal));
  page('/charter', charter(portal));
  router.get('/school/opening', schoolOpening(portal));
  page('/school/notices', schoolNotices(portal));
  router.post('/school/notices/letters', ...formBody, noticeLetters(portal));

  page('/me/requests', myRequests(portal));
  page('/me/requests/:id', myRequest(portal));
  page('/school/requests', schoolRequests(portal));
  page('/school/requests/letters', requestLetters(portal), mandateBody(portal));
  page('/school/requests/:id', handledRequest(portal), mandateBody(portal));
  router.get('/school/requests/:id/mandate', mandateOf(portal));
  router.get('/me/requests/:id/mandate', mandateOf(portal));
  router.get('/school/requests/:id/copy', copyToHandOver(portal));
  router.get('/school/register', requestRegisterOf(portal));
  router.get('/school/register/:uai.csv', requestRegisterFile(portal, 'csv'));
  router.get('/school/register/:uai.json', requestRegisterFile(portal, 'json'));
  router.get('/processing', processing(portal));
  router.get('/report', report(portal));

  page('/school/letters', letters(portal));
  router.get('/school/letters/:id', letterRun(portal));
  router.get('/school/letters/:id/sheets.pdf', letterSheets(portal));

  page('/card', card(portal));
  router.get('/card/places', cardPlaces(portal));

  const upstream = { ...portal, upstream: openUpstream(portal.db, portal.config) };
  page('/interaction/:uid', signIn(upstream));
  router.post('/interaction/:uid/cancel', ...formBody, cancel(portal));
  page('/interaction/:uid/upstream', upstreamArrived(upstream));
  router.get('/interaction/:uid/upstream/:provider', goUpstream(upstream));
  router.post('/upstream/acs', ...responseBody, takeResponse(upstream));
  router.get('/upstream/arrived', arrive(upstream));
  router.get('/upstream/metadata', upstreamMetadata(upstream));

  return router;
}
