// What the walks answer where a second factor is asked: a recovery code made for the purpose, as good as any that was written down.
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { newCode } from '../src/accounts/activation.ts';
import { insertFactor } from '../src/accounts/factors/keeping.ts';
import { hashPassword } from '../src/accounts/hashing.ts';
import type { Db } from '../src/storage/storage.ts';

/** A recovery code of the person of an identifier. Who holds no factor is given one first, which nobody can use. */
export async function recoveryCodeOf(db: Db, identifier: string): Promise<string> {
  const { person } = await db('account').where({ identifier }).first('person');
  if (!(await db('factor').where({ person }).first('id'))) {
    const credential = randomBytes(16).toString('base64url');
    await insertFactor(
      db,
      { person, kind: 'passkey', name: 'Test', credential, public_key: randomBytes(8) },
      Date.now(),
    );
  }
  const code = newCode().slice(0, 19);
  const plain = code.replaceAll('-', '');
  const secret = await hashPassword(plain.slice(4));
  await db('recovery_code').insert({ person, selector: plain.slice(0, 4), secret, made_at: Date.now(), used_at: null });
  return code;
}

/** Whether a page asks for a second factor, or that one is added. */
export function asksForFactor(html: string): boolean {
  return /id="(?:by-recovery|add-application)"/.test(html);
}

const databases = new Map<string, Db>();

/** From now on walkers answer for everybody who signs in at an address. */
export function answerFactorsAt(origin: string, db: Db): void {
  databases.set(new URL(origin).origin, db);
}

/** The database of the address where something is asked, as long as it is open: another service may take the address. */
export function databaseAt(url: string): Db | undefined {
  const db = databases.get(new URL(url).origin);
  return db?.client.pool && db;
}

/** The same in Chromium, with or without JavaScript: call it after the password was sent. */
export async function passFactor(page: Page, db: Db, identifier: string): Promise<void> {
  if (!asksForFactor(await page.content())) return;
  const code = await recoveryCodeOf(db, identifier);
  await page.goto(page.url());
  if (!(await page.locator('#recovery').isVisible())) await page.click('#lost summary');
  await page.fill('#recovery', code);
  await page.click('#by-recovery button');
}
