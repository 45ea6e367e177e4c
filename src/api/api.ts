// JSON for modules: the list, one line per address.
import Router from '@koa/router';
import type Koa from 'koa';
import type { Config } from '../config.ts';
import { echoRequestId, evaluation, evaluations, metadata } from './authzen.ts';
import { circleMembers, circles } from './circles.ts';
import { delegations, endGiven, giveDelegation } from './delegations.ts';
import { family } from './family.ts';
import { type Api, onlyMethods } from './gate.ts';
import { ask, decide, grants, offer } from './grants.ts';
import { askToInspect, decideInspection, inspections } from './inspections.ts';
import { lessons } from './lessons.ts';
import { readable, register } from './logbooks.ts';
import { consultationsForMe, heldForMe } from './me.ts';
import { objections, objectTo } from './objections.ts';
import type { Policy } from './policy.ts';
import { categories, readers } from './readers.ts';
import { replacements } from './replacements.ts';
import { ENDPOINT } from './requestable.ts';
import { cancel, status, submit } from './requests.ts';
import { resourceList } from './resource-list.ts';
import { schoolPolicy } from './school.ts';
import { search } from './search.ts';
import { catalogue } from './subscriptions/catalogue.ts';
import { counts } from './subscriptions/counts.ts';
import { report, reports } from './subscriptions/reports.ts';
import { schools } from './subscriptions/schools.ts';
import { listed, removed, shown, written } from './subscriptions/subscriptions.ts';
import { teachings } from './teachings.ts';

export type { Api, ApiGate } from './gate.ts';

/** The routes of the API; mounted after the frame, which words the refusals. */
export function apiRoutes(api: Api): { routes(): Koa.Middleware } {
  const decisions = authzen({ policy: schoolPolicy(api), config: api.config });
  const others = ownRoutes(api).routes() as Koa.Middleware;
  return { routes: () => (ctx, next) => decisions(ctx, () => (isForPrograms(ctx.path) ? others(ctx, next) : next())) };
}

/** Where nothing but addresses of programs stands: pages need not go through the list of them. */
function isForPrograms(path: string): boolean {
  return path.startsWith('/api/') || path.startsWith('/access/');
}

/** AuthZEN 1.0 in front of a policy. Found by its address in one step: these are the addresses that are asked all day. */
export function authzen({
  policy,
  config,
}: {
  policy: Policy;
  config: Pick<Config, 'issuer' | 'keyFor'>;
}): Koa.Middleware {
  const pages = config.keyFor('paging');
  const routes = new Map<string, Route>([
    ['/.well-known/authzen-configuration', get(metadata(config, policy.metadata))],
    ['/access/v1/evaluation', post(evaluation(policy))],
    ['/access/v1/evaluations', post(evaluations(policy))],
    ['/access/v1/search/subject', post(search(policy, 'subject', pages))],
    ['/access/v1/search/resource', post(search(policy, 'resource', pages))],
    ['/access/v1/search/action', post(search(policy, 'action', pages))],
  ]);
  return (ctx, next) => {
    const route = routes.get(ctx.path);
    if (!route) return next();
    ctx._matchedRoute = ctx.path; // as the router says it, for the log of requests
    echoRequestId(ctx);
    return (route.methods.includes(ctx.method) ? route.answer : route.refuse)(ctx, next);
  };
}

interface Route {
  readonly methods: readonly string[];
  readonly answer: Koa.Middleware;
  readonly refuse: Koa.Middleware;
}

function get(answer: Koa.Middleware): Route {
  return { methods: ['GET', 'HEAD'], answer, refuse: onlyMethods('GET', 'HEAD') };
}

function post(answer: Koa.Middleware): Route {
  return { methods: ['POST'], answer, refuse: onlyMethods('POST') };
}

function ownRoutes(api: Api): Router {
  const router = new Router();
  router.post(ENDPOINT, submit(api));
  router.all(ENDPOINT, onlyMethods('POST'));
  router.get(`${ENDPOINT}/:id`, status(api));
  router.all(`${ENDPOINT}/:id`, onlyMethods('GET', 'HEAD'));
  router.post(`${ENDPOINT}/:id/cancel`, cancel(api));
  router.all(`${ENDPOINT}/:id/cancel`, onlyMethods('POST'));
  router.get('/api/v1/logbooks', readable(api));
  router.post('/api/v1/logbooks', register(api));
  router.all('/api/v1/logbooks', onlyMethods('GET', 'HEAD', 'POST'));
  router.get('/api/v1/logbooks/:id/readers', readers(api));
  router.all('/api/v1/logbooks/:id/readers', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/circles', circles(api));
  router.all('/api/v1/circles', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/circles/:id/members', circleMembers(api));
  router.all('/api/v1/circles/:id/members', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/categories', categories(api));
  router.all('/api/v1/categories', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/me', heldForMe(api));
  router.all('/api/v1/me', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/me/consultations', consultationsForMe(api));
  router.all('/api/v1/me/consultations', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/inspections', inspections(api));
  router.post('/api/v1/inspections', askToInspect(api));
  router.all('/api/v1/inspections', onlyMethods('GET', 'HEAD', 'POST'));
  for (const verb of ['approve', 'refuse', 'end'] as const) {
    router.post(`/api/v1/inspections/:id/${verb}`, decideInspection(api, verb));
    router.all(`/api/v1/inspections/:id/${verb}`, onlyMethods('POST'));
  }
  router.get('/api/v1/delegations', delegations(api));
  router.post('/api/v1/delegations', giveDelegation(api));
  router.all('/api/v1/delegations', onlyMethods('GET', 'HEAD', 'POST'));
  router.post('/api/v1/delegations/:id/end', endGiven(api));
  router.all('/api/v1/delegations/:id/end', onlyMethods('POST'));
  router.get('/api/v1/objections', objections(api));
  router.post('/api/v1/objections', objectTo(api, 'record'));
  router.delete('/api/v1/objections', objectTo(api, 'withdraw'));
  router.all('/api/v1/objections', onlyMethods('GET', 'HEAD', 'POST', 'DELETE'));
  router.put('/api/v1/schools/:uai/replacements', replacements(api, 'record'));
  router.delete('/api/v1/schools/:uai/replacements', replacements(api, 'end'));
  router.all('/api/v1/schools/:uai/replacements', onlyMethods('PUT', 'DELETE'));
  router.get('/api/v1/family', family(api));
  router.all('/api/v1/family', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/lessons', lessons(api));
  router.all('/api/v1/lessons', onlyMethods('GET', 'HEAD'));
  router.put('/api/v1/schools/:uai/teachings', teachings(api, 'assign'));
  router.delete('/api/v1/schools/:uai/teachings', teachings(api, 'end'));
  router.all('/api/v1/schools/:uai/teachings', onlyMethods('PUT', 'DELETE'));
  router.get('/api/v1/abonnements', listed(api));
  router.post('/api/v1/abonnements', listed(api));
  router.all('/api/v1/abonnements', onlyMethods('GET', 'HEAD', 'POST'));
  // connectors of the service know one address, and ask these of it: no subscription can have the first for its id (RG12)
  router.get('/api/v1/abonnements/abonnements', listed(api));
  router.post('/api/v1/abonnements/abonnements', listed(api));
  router.get('/api/v1/abonnements/etablissements/etablissements.xml', schools(api, 'xml'));
  router.all('/api/v1/abonnements/etablissements/etablissements.xml', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/abonnements/:id', shown(api));
  router.put('/api/v1/abonnements/:id', written(api, 'create'));
  router.post('/api/v1/abonnements/:id', written(api, 'change'));
  router.patch('/api/v1/abonnements/:id', written(api, 'amend'));
  router.delete('/api/v1/abonnements/:id', removed(api));
  router.all('/api/v1/abonnements/:id', onlyMethods('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'));
  router.get('/api/v1/etablissements', schools(api));
  router.all('/api/v1/etablissements', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/etablissements.xml', schools(api, 'xml'));
  router.all('/api/v1/etablissements.xml', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/ressourcesDiffusables', catalogue(api));
  router.all('/api/v1/ressourcesDiffusables', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/decompteaffectations', counts(api));
  router.all('/api/v1/decompteaffectations', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/rapportsAffectation/:distributor/:state', reports(api));
  router.all('/api/v1/rapportsAffectation/:distributor/:state', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/GAR-Affectations/:distributor/:name', report(api));
  router.all('/api/v1/GAR-Affectations/:distributor/:name', onlyMethods('GET'));
  router.get('/api/v1/ressources/:idENT/:UAI/:idPersonne', resourceList(api));
  router.all('/api/v1/ressources/:idENT/:UAI/:idPersonne', onlyMethods('GET', 'HEAD'));
  router.get('/api/v1/grants', grants(api));
  router.all('/api/v1/grants', onlyMethods('GET', 'HEAD'));
  router.post('/api/v1/grants/asks', ask(api));
  router.all('/api/v1/grants/asks', onlyMethods('POST'));
  router.post('/api/v1/grants/offers', offer(api));
  router.all('/api/v1/grants/offers', onlyMethods('POST'));
  for (const verb of ['validate', 'refuse', 'end'] as const) {
    router.post(`/api/v1/grants/:id/${verb}`, decide(api, verb));
    router.all(`/api/v1/grants/:id/${verb}`, onlyMethods('POST'));
  }

  return router;
}
