// What is asked for a second factor, and what is answered: the same on the way to a module and on our own pages.
import type Koa from 'koa';
import type { AddData } from '../../../views/factors/add.tsx';
import type { ProveData } from '../../../views/factors/prove.tsx';
import {
  type Acting,
  addApplication,
  addPasskey,
  type FactorStanding,
  type Given,
} from '../../accounts/factors/factors.ts';
import { creationOptions, requestOptions } from '../../accounts/factors/passkeys.ts';
import { showSecret, waitingSecret } from '../../accounts/factors/totp.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson } from '../../directory/persons.ts';
import type { RefusalCode } from '../../errors.ts';
import { field } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { wordsOf } from '../../http/pages.ts';
import type { Portal } from '../pages.ts';

/** What a passkey's answer may weigh, in characters. */
const LONGEST_ANSWER = 12_000;

/** What the pages can say of a proof that was refused, or a factor that was not added. */
export const factorFaults = [
  'factor_refused',
  'passkey_refused',
  'too_many_factors',
  'password_wrong',
] as const satisfies readonly RefusalCode[];

/** A page that asks: where it posts to, with what, and on the way to which module. */
export type Asking = Pick<ProveData, 'action' | 'token' | 'module' | 'cancel'>;

/** Whoever acts on a way: a sign-in or a session. */
export function actingOn({ config }: Portal, { person, bound }: { person: string; bound: string }): Acting {
  return { person, bound, issuer: config.issuer, key: config.keyFor('factors'), at: Date.now() };
}

/** What a page asks of somebody who holds a factor. */
export async function proveData(
  { db }: Portal,
  asking: Asking,
  { acting, standing, school }: { acting: Acting; standing: FactorStanding; school: boolean },
): Promise<ProveData> {
  const options = await requestOptions(db, acting, acting);
  const holdsSome = standing.factors.length > 0;
  return {
    ...asking,
    ways: { totp: standing.factors.some(({ kind }) => kind === 'totp'), recovery: holdsSome, school },
    passkey: options && JSON.stringify(options),
  };
}

/** What a page shows to add one. */
export async function addData(
  ctx: Koa.Context,
  { db }: Portal,
  asking: Asking,
  { acting, why }: { acting: Acting; why: AddData['why'] },
): Promise<AddData> {
  const label = fullName(await findPerson(db, acting.person));
  const { secret, picture } = showSecret(await waitingSecret(db, acting), label);
  const passkey = JSON.stringify(await creationOptions(db, acting, { ...acting, label }));
  const name = ctx.method === 'POST' ? field(ctx, 'name') : '';
  return { ...asking, why, application: { secret, picture }, passkey, name };
}

/** What the form shows as a proof. */
export function givenIn(ctx: Koa.Context): Given {
  const act = field(ctx, 'act');
  if (act === 'passkey') return { kind: 'passkey', answer: field(ctx, 'answer', LONGEST_ANSWER) };
  if (act === 'recovery') return { kind: 'recovery', code: field(ctx, 'recovery') };
  return { kind: 'totp', code: field(ctx, 'code') };
}

/** Adds what the form brings; returns how that proves its holder. */
export async function addGiven(ctx: Koa.Context, { db }: Portal, acting: Acting): Promise<string[]> {
  const kind = field(ctx, 'act') === 'add-passkey' ? 'passkey' : 'totp';
  const name = field(ctx, 'name').trim() || wordsOf(localeOf(ctx)).pages.factors.kinds[kind];
  if (kind === 'totp') return addApplication(db, { ...acting, code: field(ctx, 'code'), name });
  return addPasskey(db, { ...acting, answer: field(ctx, 'answer', LONGEST_ANSWER), name });
}
