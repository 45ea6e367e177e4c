// Certificates that end: shown to whoever administers a school, those of what serves it and no other, and to nobody else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeFacts } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { type CastName, COLLEGE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { type Certificates, openCertificateMaker, soon } from '../oidc/authority.ts';
import { openWalker } from '../ways/walker.ts';
import { enterAs, type Opened, openPortal } from './portal.ts';

const PATH = '/school/certificates';
const accounts = ['sylvie', 'helene', 'paul'] as const;

describe.each(engines)('the certificates page, on $name', ({ open }) => {
  let portal: Opened;
  let maker: Certificates;
  beforeAll(async () => {
    maker = openCertificateMaker();
    portal = await openPortal(open, { accounts, delivered: Date.now() - 3_600_000 });
    await changeFacts(portal.db, {
      school: COLLEGE,
      at: Date.now() - 1000,
      source: 'local',
      actor: 'test',
      begin: [
        {
          relation: 'administers',
          subject: await personOf(portal.db, accounts[0]),
          object: COLLEGE,
          properties: { decision: 'Arrêté 12' },
        },
      ],
    });
    for (const [id, name, schools, days] of [
      ['bientot', 'Distributeur pressé', [COLLEGE], 10],
      ['loin', 'Distributeur tranquille', 'all', 80],
      ['ailleurs', 'Distributeur d’ailleurs', [LYCEE], 10],
    ] as const)
      await addModule(
        portal.db,
        {
          id,
          name,
          purpose: 'Vendre.',
          responsible: 'Une maison',
          schools: schools === 'all' ? 'all' : [...schools],
          scopes: ['subscriptions'],
          distributor: '461730832_0000000000000000',
          auth: 'self_signed_tls_client_auth',
          certificates: [maker.issue({ subject: `/CN=${id}.example`, until: soon(days) }).x509.raw.toString('base64')],
        },
        { actor: 'test', at: Date.now() },
      );
  });
  afterAll(async () => {
    maker.close();
    await portal?.close();
  });

  const see = async (name: CastName, path = PATH) => {
    await portal.db('throttle').delete();
    return (await enterAs(portal, name, openWalker())).visit(`${portal.origin}${path}`);
  };
  const partsOf = (html: string) =>
    ['to-renew', 'others'].map((id) => html.split(`id="${id}"`)[1]?.split('</section>')[0]);

  it('says whose ends soon and whose does not, of what serves the school', async () => {
    const page = await see(accounts[0]);
    expect(page.status).toBe(200);
    const [first, rest] = partsOf(page.html);
    expect(first).toContain('Distributeur pressé');
    expect(first).toContain('finit bientôt');
    expect(first).toContain('CN=bientot.example');
    expect(rest).toContain('Distributeur tranquille');
    expect(page.html).not.toContain('ailleurs');
    expect((await see(accounts[0], '/')).html).toContain('id="to-certificates"');
  });

  it.each(['helene', 'paul'] as const)('%s is shown none, nor the way there', async (name) => {
    const page = await see(name);
    expect([page.status, page.html.includes('Distributeur')]).toEqual([403, false]);
    expect((await see(name, '/')).html).not.toContain('id="to-certificates"');
  });

  it('nobody is, without signing in', async () => {
    expect((await openWalker().visit(`${portal.origin}${PATH}`)).status).toBe(401);
  });
});
