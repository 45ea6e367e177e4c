// Tokens written and used in one breath: what spoils one leaves its neighbours alone.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addModule } from '../../src/oidc/modules.ts';
import { sealWith } from '../../src/oidc/seal.ts';
import { openStore, type Store } from '../../src/oidc/store.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { engines, type TestDatabase } from '../databases.ts';

describe.each(engines)('tokens that come together on $name', ({ open }) => {
  let house: TestDatabase;
  let store: Store;
  let statements: Statements;

  beforeAll(async () => {
    house = await open();
    const sheet = {
      id: 'logbook',
      name: 'Cahier de textes',
      purpose: 'Tenir les cahiers de textes',
      responsible: 'La direction',
      redirectUris: ['https://logbook.example.fr/callback'],
      scopes: ['openid'],
      schools: 'all',
    } as const;
    await addModule(house.db, sheet, { actor: 'test', at: Date.now() });
    statements = await openStatements(house.db);
    store = await openStore(house.db, sealWith(randomBytes(32)), {
      statements,
      findModule: async () => undefined,
      goesOn: async () => true,
    });
    const grant = { jti: 'alive', accountId: 'p1', clientId: 'logbook' };
    await store.adapterFor('Grant').upsert('alive', grant, 600);
  });

  afterAll(async () => {
    await statements.close();
    await house.close();
  });

  it('the one whose grant was revoked is refused, the others live', async () => {
    const grants = ['alive', 'revoked', 'alive', 'alive'];
    const tokens = store.adapterFor('AccessToken');
    const written = await Promise.allSettled(
      grants.map((grantId, n) => tokens.upsert(`t${n}`, { jti: `t${n}`, grantId, clientId: 'logbook' }, 600)),
    );
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect((written[1] as PromiseRejectedResult).reason).toMatchObject({ error: 'invalid_grant' });
    const found = await Promise.all(grants.map((_, n) => tokens.find(`t${n}`)));
    expect(found.map((token) => token?.jti)).toEqual(['t0', undefined, 't2', 't3']);
  });

  it('of those who use one token together one wins, and the token beside it is used once too', async () => {
    const codes = store.adapterFor('AuthorizationCode');
    for (const code of ['a', 'b']) await codes.upsert(code, { jti: code, grantId: 'alive', clientId: 'logbook' }, 60);
    const uses = await Promise.allSettled(['a', 'a', 'b', 'a', 'b'].map((code) => codes.consume(code)));
    const won = ['a', 'a', 'b', 'a', 'b'].filter((_, n) => uses[n]?.status === 'fulfilled');
    expect(won.sort()).toEqual(['a', 'b']);
  });

  it('a sign-in under way that has ended is not brought back by an answer that comes late', async () => {
    const late = store.adapterFor('Interaction').upsert('ended', { jti: 'ended', result: {} } as never, 600);
    await expect(late).rejects.toMatchObject({ name: 'SessionNotFound' });
    expect(await store.adapterFor('Interaction').find('ended')).toBeUndefined();
  });
});
