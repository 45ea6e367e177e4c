// Which resource a publisher's request is for: `resource` (RFC 8707), or `idRessource`, as connectors have it.
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { arkOf } from '../resources/registry.ts';
import type { Parts } from './configuration.ts';
import { apiScopesOf } from './known-modules.ts';
import { lifetimes } from './lifetimes.ts';
import { apiAudience, apiScopes } from './scopes.ts';
import { isPublisher, type Module } from './sheet.ts';

type Info = { scope: string; audience: string; accessTokenFormat: 'jwt' | 'opaque'; accessTokenTTL: number };

/** What may be named as `resource`: our own interfaces, by modules that hold scopes of them, and a publisher's resources. */
export function resourceIndicatorsOf({ config, modules }: Pick<Parts, 'config' | 'modules'>) {
  const api = apiAudience(config.issuer);
  return {
    enabled: true,
    defaultResource: async (
      ctx: KoaContextWithOIDC,
      client: { clientId: string },
      oneOf?: string | string[],
    ): Promise<string> => {
      if (oneOf) return (Array.isArray(oneOf) ? oneOf[0] : oneOf) as string;
      if (ctx.oidc.route === 'token')
        return (ctx.oidc.params?.grant_type === 'client_credentials' ? api : undefined) as string;
      const module = await modules.get(client.clientId);
      return (module && isPublisher(module) ? resourceAskedBy(ctx, module) : undefined) as string;
    },
    getResourceServerInfo: async (
      ctx: KoaContextWithOIDC,
      resource: string,
      client: { clientId: string },
    ): Promise<Info> => {
      const module = await modules.get(client.clientId);
      if (!module) throw new errors.InvalidTarget();
      if (resource === api) return ourOwn(ctx, module, api);
      requireBound(ctx, module, resource);
      return { scope: '', audience: resource, accessTokenFormat: 'opaque', accessTokenTTL: lifetimes.accessToken };
    },
  };
}

function ourOwn(ctx: KoaContextWithOIDC, module: Module, audience: string): Info & { jwt: object } {
  const open = apiScopesOf(module);
  const alone = ctx.oidc.params?.grant_type === 'client_credentials';
  // a publisher asks us for itself: whoever opens its resource lends it no rights of theirs
  if (open.length === 0 || (isPublisher(module) && !alone)) throw new errors.InvalidTarget();
  for (const scope of String(ctx.oidc.params?.scope ?? '').split(' '))
    if ((apiScopes as readonly string[]).includes(scope) && !open.includes(scope))
      throw new errors.InvalidScope('requested scope is not allowed', scope);
  return {
    scope: open.join(' '),
    audience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: lifetimes.apiToken,
    jwt: { sign: { alg: 'ES256' } },
  };
}

/** The resource of a publisher's request, and no other: `idRessource`, `resource`, or the only one it has. */
function resourceAskedBy(ctx: KoaContextWithOIDC, module: Module): string {
  const named = ctx.oidc.params?.idRessource;
  const ark =
    typeof named === 'string' ? arkOf(named) : module.resources.length === 1 ? module.resources[0] : undefined;
  if (ark === undefined) throw new errors.InvalidTarget('expected `idRessource`, or `resource`, to name a resource');
  requireBound(ctx, module, ark);
  return ark;
}

/** Refuses, with `invalid_target`, a resource that is not the publisher's, or two at once. */
function requireBound(ctx: KoaContextWithOIDC, module: Module, resource: string): void {
  const { resource: asked, idRessource } = ctx.oidc.params ?? {};
  const ark = arkOf(resource);
  if (!module.resources.includes(ark)) throw new errors.InvalidTarget();
  if (Array.isArray(asked) && asked.length > 1) throw new errors.InvalidTarget('expected one resource');
  if (typeof idRessource === 'string' && arkOf(idRessource) !== ark)
    throw new errors.InvalidTarget('expected `resource` and `idRessource` to be the same');
}

/** The ARK in what a request, or a token, says of its resource. */
export function arkIn(resource: unknown): string | undefined {
  const [first] = [resource].flat().filter((one): one is string => typeof one === 'string');
  return first === undefined ? undefined : arkOf(first);
}
