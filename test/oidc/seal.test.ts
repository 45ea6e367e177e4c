// The seal remembers what it has seen; it must open no more for that.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealWith } from '../../src/oidc/seal.ts';

describe('a sealed value', () => {
  const key = randomBytes(32);
  const value = { accountId: 'a', scope: 'openid' };
  const other = () => sealWith(key); // has seen nothing yet

  it.each([
    ['remembered', (seal: ReturnType<typeof sealWith>) => seal],
    ['never seen', other],
  ])('opens in its own row, %s', (_name, reader) => {
    const seal = sealWith(key);
    expect(reader(seal).open('row', seal.close('row', value))).toEqual(value);
  });

  it.each([
    ['remembered', (seal: ReturnType<typeof sealWith>) => seal],
    ['never seen', other],
  ])('opens neither in another row nor with one byte changed, %s', (_name, reader) => {
    const seal = sealWith(key);
    const sealed = seal.close('row', value);
    expect(() => reader(seal).open('other row', sealed)).toThrow();
    for (const place of [0, 12, sealed.length - 17, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[place]! ^= 1;
      expect(() => reader(seal).open('row', changed)).toThrow();
    }
    expect(() => reader(seal).open('row', sealed.subarray(0, 10))).toThrow();
  });

  it('is given anew each time: who changes what was opened changes nothing for the next', () => {
    const seal = sealWith(key);
    const sealed = seal.close('row', value);
    const first = seal.open<typeof value>('row', sealed);
    first.scope = 'everything';
    expect(seal.open('row', sealed)).toEqual(value);
  });

  it('still opens once thousands of others have come after it', () => {
    const seal = sealWith(key);
    const sealed = seal.close('row', value);
    for (let n = 0; n < 6_000; n += 1) seal.close('row', n);
    expect(seal.open('row', sealed)).toEqual(value);
  });
});
