// Which noes can be asked about (AuthZEN access requests): what is told of them, and the token that binds a request to its no.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { rulesLeading } from '../rights/explain.ts';
import { may, type RuleName } from '../rights/rights.ts';
import { type Hearing, sourceOf } from './deciding.ts';
import type { Asked } from './policy.ts';

/** Where a request goes: to the logbook's owner and then the head, or to whoever approves inspections. */
export type Template = 'colleague' | 'inspection';

/** How long a no can be asked about, in milliseconds. */
const REQUESTABLE_FOR = 10 * 60_000;

/** What a request must be about: the no that the same module was given about the same person and the same logbook. */
export interface Binding {
  readonly client: string;
  /** As the module names the person. */
  readonly subject: string;
  readonly logbook: string;
  readonly template: Template;
}

export const ENDPOINT = '/access/v1/requests';

/**
 * What is said of a no that the person may ask about: `access_request` of the Access Request and Approval Profile.
 * Nothing for who may not ask: reading is asked for, by the staff of the school or an inspector in whose territory it is.
 * A module is told so whatever is recorded against them, which it would learn else; asking is refused all the same.
 */
export async function requestOf(
  { api, caller }: Hearing,
  { subject, action, resource }: Asked,
  { person, at, to }: { person: string; at: number; to: 'holder' | 'module' },
): Promise<object | undefined> {
  if (!caller.brings || resource.type !== 'logbook' || action.name !== 'read') return undefined;
  const wish = { person, action: 'request', resource: { type: 'logbook', id: resource.id }, when: { at } } as const;
  const rules =
    to === 'module'
      ? await rulesLeading(api.db, wish)
      : (await may(sourceOf(api), wish)).reasons.map(({ rule }) => rule);
  const template = templates.find(([rule]) => rules.includes(rule))?.[1];
  if (!template) return undefined;
  const binding = { client: caller.client, subject: subject.id, logbook: resource.id, template };
  return {
    endpoint: `${api.config.issuer}${ENDPOINT}`,
    template,
    expires_at: new Date(at + REQUESTABLE_FOR).toISOString(),
    binding_token: bind(keyOf(api.config), binding, at + REQUESTABLE_FOR),
  };
}

const templates: readonly (readonly [rule: RuleName, Template])[] = [
  ['staff', 'colleague'],
  ['territory', 'inspection'],
];

/** The binding behind a token; `denial_unbound` for one that is not ours, `denial_expired` for one that is over. */
export function openBinding(config: Pick<Config, 'keyFor'>, token: string | undefined, at: number): Binding {
  const [header = '', said = '', seal = '', ...more] = (token ?? '').split('.');
  if (header !== HEADER || more.length > 0 || !equal(seal, sealOf(keyOf(config), said)))
    throw new Refusal('denial_unbound', 'expected `denial.binding_token` as it came with the no');
  const { exp, ...binding } = JSON.parse(Buffer.from(said, 'base64url').toString()) as Binding & { exp: number };
  if (exp <= at) throw new Refusal('denial_expired', 'expected a no that was given a moment ago: ask again');
  return binding;
}

/** RFC 7515, compact: read by nobody but us, so that one key both seals and opens. */
const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'denial+jwt' })).toString('base64url');

function bind(key: Buffer, binding: Binding, exp: number): string {
  const said = Buffer.from(JSON.stringify({ ...binding, exp })).toString('base64url');
  return `${HEADER}.${said}.${sealOf(key, said)}`;
}

function sealOf(key: Buffer, said: string): string {
  return createHmac('sha256', key).update(`${HEADER}.${said}`).digest('base64url');
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function keyOf(config: Pick<Config, 'keyFor'>): Buffer {
  return config.keyFor('requests');
}
