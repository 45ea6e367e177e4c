// JSON for modules: the list, one line per address.
import Router from '@koa/router';
import type { Config } from '../config.ts';
import { evaluation, evaluations, metadata } from './authzen.ts';
import { type Api, onlyMethods } from './gate.ts';
import { ask, decide, grants, offer } from './grants.ts';
import { readable, register } from './logbooks.ts';
import type { Policy } from './policy.ts';
import { schoolPolicy } from './school.ts';
import { search } from './search.ts';
import { teachings } from './teachings.ts';

export type { Api, ApiGate } from './gate.ts';

/** The routes of the API; mounted after the frame, which words the refusals. */
export function apiRoutes(api: Api): Router {
  const router = new Router();
  authzenRoutes(router, { policy: schoolPolicy(api), config: api.config });

  router.get('/api/v1/logbooks', readable(api));
  router.post('/api/v1/logbooks', register(api));
  router.all('/api/v1/logbooks', onlyMethods('GET', 'HEAD', 'POST'));
  router.put('/api/v1/schools/:uai/teachings', teachings(api, 'assign'));
  router.delete('/api/v1/schools/:uai/teachings', teachings(api, 'end'));
  router.all('/api/v1/schools/:uai/teachings', onlyMethods('PUT', 'DELETE'));
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

/** AuthZEN 1.0 in front of a policy. */
export function authzenRoutes(
  router: Router,
  { policy, config }: { policy: Policy; config: Pick<Config, 'issuer' | 'keyFor'> },
): void {
  const pages = config.keyFor('paging');
  router.get('/.well-known/authzen-configuration', metadata(config));
  router.all('/.well-known/authzen-configuration', onlyMethods('GET', 'HEAD'));
  router.post('/access/v1/evaluation', evaluation(policy));
  router.all('/access/v1/evaluation', onlyMethods('POST'));
  router.post('/access/v1/evaluations', evaluations(policy));
  router.all('/access/v1/evaluations', onlyMethods('POST'));
  router.post('/access/v1/search/subject', search(policy, 'subject', pages));
  router.all('/access/v1/search/subject', onlyMethods('POST'));
  router.post('/access/v1/search/resource', search(policy, 'resource', pages));
  router.all('/access/v1/search/resource', onlyMethods('POST'));
  router.post('/access/v1/search/action', search(policy, 'action', pages));
  router.all('/access/v1/search/action', onlyMethods('POST'));
}
