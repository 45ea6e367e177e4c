// The scopes of our own interfaces, each opening one kind of call, at the audience `<issuer>/api`.

export const apiScopes = [
  'rights',
  'logbooks',
  'teaching',
  'grants',
  'circles',
  'subscriptions',
  'usage',
  'own_data',
  'resource_list',
] as const;

/** The audience of access tokens for our own interfaces, and the value of `resource` that asks for one. */
export function apiAudience(issuer: string): string {
  return `${issuer}/api`;
}
