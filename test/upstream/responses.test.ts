// What is taken as the word of a provider, and what is not: every response here is posted to the real address.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordProvider } from '../../src/upstream/providers.ts';
import { engines } from '../databases.ts';
import { openWalker } from '../ways/walker.ts';
import { type Asked, aaf, newSigner, openIdp, RSA, type Said, type Signer, signPart, TRANSIENT } from './idp.ts';
import { openWorld, toProvider, type World } from './world.ts';

const MINUTE = 60_000;

describe.each(engines)('a response, on $name', ({ open }) => {
  let world: World;
  let asked: Asked;
  let stranger: Signer;
  beforeAll(async () => {
    world = await openWorld(open);
    stranger = newSigner();
    await toProvider(world, openWalker());
    asked = world.idp.asked.at(-1)!;
  });
  afterAll(() => world?.close());

  const post = (response: string, more: Record<string, string> = {}) =>
    fetch(`${world.origin}/upstream/acs`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: world.idp.origin, accept: 'text/html' },
      body: new URLSearchParams({ SAMLResponse: response, ...more }),
    });
  const paula: Partial<Said> = { references: [aaf('3001')] };
  const say = (said: Partial<Said> = {}) => post(world.idp.respond(asked, { ...paula, ...said }));
  const xmlOf = (response: string) => Buffer.from(response, 'base64').toString('utf8');
  const coded = (xml: string) => Buffer.from(xml, 'utf8').toString('base64');
  const lastReason = () => [...world.logged().matchAll(/"why":"([^"]*)"/g)].at(-1)?.[1];
  const kept = async () => Number((await world.db('upstream_assertion').count({ n: '*' }).first())?.n);

  async function refused(posting: Promise<Response>, why: RegExp): Promise<void> {
    const before = await kept();
    const answer = await posting;
    expect(answer.status).toBe(403);
    expect(answer.headers.get('location')).toBeNull();
    expect(/<code id="code">(\w+)</.exec(await answer.text())?.[1]).toBe('upstream_refused');
    expect(lastReason()).toMatch(why);
    expect(await kept()).toBe(before);
  }

  it('that is right is taken, and leads to one place whatever else comes with it', async () => {
    const answer = await post(world.idp.respond(asked, paula), { RelayState: 'https://evil.example/' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/upstream\/arrived\?a=[\w-]{32}$/);
  });

  it('counts once, and once of many at the same time', async () => {
    const response = world.idp.respond(asked, paula);
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(response)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 39 }, () => 403)]);
    await refused(post(response), /^came before$/);
  });

  it('that wraps the same assertion anew came before', async () => {
    const response = xmlOf(world.idp.respond(asked, paula));
    expect((await post(coded(response))).status).toBe(303);
    await refused(post(coded(response.replace(/ID="_r[^"]+"/, 'ID="_another"'))), /^came before$/);
  });

  it.each<[string, Partial<Said>, RegExp]>([
    ['of an issuer nobody recorded', { issuer: 'https://evil.example/idp' }, /unknown issuer/],
    ['for another audience', { audience: 'https://other.example' }, /audience/i],
    ['for another recipient', { recipient: 'https://other.example/acs' }, /recipient/],
    ['for another destination', { destination: 'https://other.example/acs' }, /destination/],
    ['in answer to nothing', { inResponseTo: '' }, /InResponseTo|answer/],
    [
      'in answer to a request that is not ours',
      { inResponseTo: '_1.aaaaaaaaaaaaaaaaaaaaaa.'.padEnd(69, 'b') },
      /InResponseTo|answer/,
    ],
    ['that nobody signed', { signs: 'neither' }, /not signed/],
    ['whose assertion is not signed', { signs: 'response' }, /not signed/],
    ['of somebody called otherwise each time', { subject: '' }, /known again/],
    ['with SHA-1', { algorithms: { ...RSA, digest: 'http://www.w3.org/2000/09/xmldsig#sha1' } }, /weak digest/],
    [
      'with RSA of SHA-1',
      { algorithms: { ...RSA, signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' } },
      /weak signature/,
    ],
  ])('%s is not taken', async (_what, said, why) => {
    await refused(say(said), why);
  });

  it('signed by somebody else is not taken', async () => {
    await refused(say({ signer: stranger }), /not verified/);
  });

  it.each<[string, () => Partial<Said>]>([
    ['was over a minute ago', () => ({ at: Date.now() - 4 * MINUTE, until: Date.now() - MINUTE - 1_000 })],
    ['was said seven minutes ago', () => ({ at: Date.now() - 7 * MINUTE })],
    ['is to be said later', () => ({ at: Date.now() + 2 * MINUTE })],
    ['tells of later', () => ({ authenticatedAt: Date.now() + 2 * MINUTE })],
  ])('that %s is not taken', async (_what, said) => {
    await refused(say(said()), /too late|too old|expired|long ago|later|too early|not yet|refused|SAML/i);
  });

  it('may be half a minute late or early: clocks differ', async () => {
    for (const by of [-30_000, 30_000]) {
      const said = { at: Date.now() + by, until: Date.now() + (by < 0 ? by : 5 * MINUTE) };
      expect((await say(said)).status).toBe(303);
    }
  });

  it('whose text was changed after it was signed is not taken', async () => {
    await refused(say({ after: (xml) => xml.replace(aaf('3001'), aaf('3002')) }), /not verified/);
    await refused(say({ after: (xml) => xml.replace('</saml:NameID>', 'x</saml:NameID>') }), /not verified/);
  });

  describe('that wraps what was signed in something else', () => {
    const evil = (xml: string) =>
      /<saml:Assertion[\s\S]*<\/saml:Assertion>/
        .exec(xml)![0]
        .replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')
        .replace(aaf('3001'), aaf('3002'));
    const own = (xml: string) => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)![0];
    const signatureIn = (xml: string) => /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(xml)![0];
    const otherId = (xml: string) => xml.replace(/ID="_[^"]+"/, 'ID="_evil"');
    const wraps: Record<string, (xml: string) => string> = {
      'the evil one before': (xml) => xml.replace(own(xml), otherId(evil(xml)) + own(xml)),
      'the evil one after': (xml) => xml.replace(own(xml), own(xml) + otherId(evil(xml))),
      'the same id twice': (xml) => xml.replace(own(xml), evil(xml) + own(xml)),
      'the signed one in the evil one': (xml) =>
        xml.replace(own(xml), otherId(evil(xml)).replace('</saml:Assertion>', `${own(xml)}</saml:Assertion>`)),
      'the signed one in an object of the signature': (xml) => {
        const signature = signatureIn(xml).replace(
          '</ds:Signature>',
          `<ds:Object>${own(xml)}</ds:Object></ds:Signature>`,
        );
        return xml.replace(own(xml), otherId(evil(xml)).replace('</saml:Issuer>', `</saml:Issuer>${signature}`));
      },
      'the signature moved to the response': (xml) =>
        xml
          .replace(own(xml), otherId(evil(xml)) + own(xml).replace(signatureIn(xml), ''))
          .replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(xml)}`),
      'the signed one in extensions': (xml) =>
        xml
          .replace(own(xml), otherId(evil(xml)))
          .replace('<samlp:Status>', `<samlp:Extensions>${own(xml)}</samlp:Extensions><samlp:Status>`),
      'the signed one in a response of its own': (xml) =>
        xml.replace(own(xml), `<samlp:Response>${own(xml)}</samlp:Response>${otherId(evil(xml))}`),
      'the signature of the signed one on the evil one': (xml) =>
        xml.replace(own(xml), otherId(evil(xml)).replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(xml)}`)),
      'a second signature': (xml) => xml.replace(signatureIn(xml), signatureIn(xml) + signatureIn(xml)),
      'a second reference': (xml) =>
        xml.replace(/(<ds:Reference[\s\S]*<\/ds:Reference>)/, (all) => all + all.replace(/URI="[^"]*"/, 'URI=""')),
      'the whole document signed by an empty reference': (xml) => xml.replace(/URI="#[^"]*"/, 'URI=""'),
      'a second SignedInfo': (xml) => xml.replace(/(<ds:SignedInfo[\s\S]*<\/ds:SignedInfo>)/, '$1$1'),
      'a transform that selects': (xml) =>
        xml.replace(
          '<ds:Transforms>',
          '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>',
        ),
      'a comment in the digest': (xml) => xml.replace(/<ds:DigestValue>/, '<ds:DigestValue><!--A-->'),
    };
    it.each(Object.entries(wraps))('is not taken: %s', async (_name, wrap) => {
      await refused(say({ after: wrap }), /./);
    });
  });

  it('is read whole, whatever comments cut it', async () => {
    const before = await kept();
    const cut = (xml: string) =>
      xml.replaceAll(aaf('3001'), aaf('30<!--x-->01')).replaceAll('subject-1', 'subject<!---->-1');
    expect((await say({ after: cut })).status).toBe(303);
    expect(await kept()).toBe(before + 1);
  });

  it.each<[string, (xml: string) => string, RegExp]>([
    ['a document type', (xml) => `<!DOCTYPE r [<!ENTITY e "3001">]>${xml}`, /document type/],
    ['an external document type', (xml) => `<!DOCTYPE r SYSTEM "http://localhost:1/x">${xml}`, /document type/],
    ['an entity of its own', (xml) => xml.replace('3001', '&e;'), /not well formed/],
    ['an instruction', (xml) => `<?xml-stylesheet href="x"?>${xml}`, /processing instruction/],
    ['two roots', (xml) => xml + xml, /not well formed/],
    [
      'a hundred elements in each other',
      (xml) => xml.replace('<samlp:Status>', `${'<x>'.repeat(100)}${'</x>'.repeat(100)}<samlp:Status>`),
      /too deep/,
    ],
    [
      'an encrypted assertion',
      (xml) => xml.replace('<samlp:Status>', '<saml:EncryptedAssertion/><samlp:Status>'),
      /encrypted/,
    ],
    ['no success', (xml) => xml.replace('status:Success', 'status:Responder'), /no success/],
    ['another version', (xml) => xml.replace('Version="2.0"', 'Version="1.1"'), /SAML 2.0/],
  ])('with %s is not taken', async (_what, change, why) => {
    await refused(say({ after: change }), why);
  });

  const blanks = `a${' '.repeat(199_000)}!`;
  it.each(['', '!!!', 'PHg+', 'a'.repeat(199_000), blanks])('that is no response is not taken', async (response) => {
    const answer = await post(response);
    expect(answer.status).toBe(403);
  });

  it('that is too large, or no form, is told so', async () => {
    expect((await post('a'.repeat(200_001))).status).toBe(400);
    expect((await post('a'.repeat(300_000))).status).toBe(413);
    const json = await fetch(`${world.origin}/upstream/acs`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(415);
  });

  it('that is signed whole, and inside, is not taken from who signs the assertion alone unless both hold', async () => {
    expect((await say({ signs: 'both' })).status).toBe(303);
    const broken = (xml: string) => signPart(xml, 'Response', { signer: stranger });
    await refused(say({ after: broken }), /not verified/);
  });

  it('in answer to one’s own request waits for nobody’s garbage: neither from the same address, nor in answer to other requests', async () => {
    const fresh = async () => {
      await toProvider(world, openWalker());
      return world.idp.asked.at(-1)!;
    };
    const naming = (id: string) => coded(`<x InResponseTo="${id}"/>`);
    const [theirs, mine] = [await fresh(), await fresh()];
    await refused(post('PHg+'), /./);
    await refused(post(naming(theirs.id)), /./);
    // as after many more
    await world.db('throttle').update({ failures: 500, until: Date.now() + 60_000 });
    for (const garbage of ['PHg+', naming(theirs.id), naming(`${theirs.id.slice(0, -2)}AA`), naming('_1'), ''])
      expect((await post(garbage)).status, garbage).toBe(429);
    const refusedOnce = await post(world.idp.respond(mine, { ...paula, signer: stranger }));
    expect(refusedOnce.status).toBe(403);
    expect((await post(world.idp.respond(mine, paula))).status).toBe(303);
    await world.db('throttle').delete();
  });

  it('leaves nobody’s name nor identifier in the log', async () => {
    expect(world.logged().match(/Paula|Bernard|AAF|subject-1|PHNhbWw/g)).toBeNull();
  });

  it('of a transient name is not taken where the name is what somebody is known by', async () => {
    const other = await openIdp(world.idp.signer);
    const sheet = other.sheet({ id: 'other', label: 'Autrement', subject: 'NameID' });
    await recordProvider(world.db, sheet, { actor: 'operator', at: Date.now() });
    await vi.waitFor(async () => {
      expect((await post(other.respond(asked, paula))).status).toBe(303);
    }, 15_000);
    await refused(post(other.respond(asked, { ...paula, format: TRANSIENT })), /known again/);
    await other.close();
  });
});
