// The addresses of OpenID Connect, as discovery tells them.

/** By the names that oidc-provider gives them; what is off is not here. */
export const routes = {
  authorization: '/auth',
  end_session: '/session/end',
  introspection: '/token/introspection',
  jwks: '/jwks',
  pushed_authorization_request: '/request',
  revocation: '/token/revocation',
  token: '/token',
  userinfo: '/userinfo', // `/me` is a page: one's own data
} as const;

const endpoints: ReadonlySet<string> = new Set([...Object.values(routes), '/.well-known/openid-configuration']);

/** Whether a path is one that modules, or browsers on their behalf, ask all day: no page of ours stands there. */
export function isEndpoint(path: string): boolean {
  return endpoints.has(path) || path.startsWith(`${routes.authorization}/`);
}
