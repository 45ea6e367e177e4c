// The telephones of those who must show a code beside their password: in the demo, a page plays them.
import { generateSecret } from 'otplib';
import { mustHoldFactor } from '../accounts/factors/factors.ts';
import { insertFactor } from '../accounts/factors/keeping.ts';
import { secretSeal } from '../accounts/factors/totp.ts';
import { sampleCast } from '../feed/sample/cast.ts';
import type { Db } from '../storage/storage.ts';
import type { Phone } from './module/phone.tsx';
import { demoAccounts, keyOf } from './people.ts';

/** Gives an application of codes to everybody of the table who must hold one; `key` is `config.keyFor('factors')`. */
export async function givePhones(db: Db, key: Buffer, at: number): Promise<Phone[]> {
  const phones: Phone[] = [];
  for (const { who } of demoAccounts) {
    const person = await keyOf(db, who);
    if (!(await mustHoldFactor(db, person, at))) continue;
    const { givenName, familyName, is } = sampleCast[who];
    const secret = generateSecret();
    const sealed = secretSeal(key).close(person, secret);
    await insertFactor(db, { person, kind: 'totp', name: 'Téléphone de démonstration', secret: sealed }, at);
    phones.push({ name: `${givenName} ${familyName}`, is, secret });
  }
  return phones;
}
