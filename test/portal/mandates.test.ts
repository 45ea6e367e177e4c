// The document of a mandate through the pages: sent as a file without JavaScript, kept through a fault, saved and never shown.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import { DOCUMENT_SIZE } from '../../src/privacy/requests/mandates.ts';
import { findRequests, readRequest } from '../../src/privacy/requests/records.ts';
import { type CastName, COLLEGE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import type { Visited } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const who = ['helene', 'david', 'diane', 'tania', 'tom'] as const;
const MANDATE = Buffer.from('%PDF-1.7\nNous donnons mandat.\n%%EOF\n');

describe.each(engines)('mandates through the pages, on $name', ({ open }) => {
  let portal: Opened;
  const key: Partial<Record<CastName, string>> = {};

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
    for (const name of who) key[name] = await personOf(portal.db, name);
    const decision = { school: COLLEGE, decision: 'Lettre 2026-4', by: 'operator', at: Date.now() - 1_000 };
    await appoint(portal.db, 'protects', { ...decision, person: key.diane! });
  });
  afterAll(() => portal?.close());

  const { as, see } = browsersOf(() => portal);
  /** What a browser holds, for what a walker does not send. */
  const cookieOf = async (name: CastName): Promise<string> =>
    [...(await as(name)).cookies.values()].map((one) => `${one.name}=${one.value}`).join('; ');
  const post = async (name: CastName, path: string, body: FormData | Buffer, more: Record<string, string> = {}) => {
    const headers = { cookie: await cookieOf(name), origin: portal.origin, accept: 'text/html', ...more };
    const response = await fetch(`${portal.origin}${path}`, {
      method: 'POST',
      body: body instanceof FormData ? body : new Uint8Array(body),
      headers,
      redirect: 'manual',
    });
    return { status: response.status, to: response.headers.get('location'), html: await response.text() };
  };
  const tokenIn = (page: Pick<Visited, 'html'>, form = ''): string =>
    page.html.slice(page.html.indexOf(form)).match(/name="token" value="([^"]*)"/)?.[1] ?? '';
  const keptIn = (html: string): string => html.match(/name="document" value="([^"]*)"/)?.[1] ?? '';
  const envelope = (token: string, file?: Buffer, more: Record<string, string> = {}): FormData => {
    const form = new FormData();
    const typed = {
      token,
      act: 'name',
      school: COLLEGE,
      received: new Date().toISOString().slice(0, 10),
      wish: 'access all',
      wanted: '',
      words: 'Modèle de lettre, « tel quel ».',
      people: 'Lopez Tania\nÈve Durand',
      identity: 'known',
      holder: 'Section syndicale',
      reference: 'Courrier 12',
      document: '',
      ...more,
    };
    for (const [field, value] of Object.entries(typed)) form.append(field, value);
    form.append('file', new Blob(file ? [new Uint8Array(file)] : []), file ? 'numérisé "1".pdf' : '');
    return form;
  };

  it('the envelope takes its document along, through a fault and the second step, to every letter', async () => {
    const page = await see('david', '/school/requests/letters');
    expect(page.html).toContain('enctype="multipart/form-data"');
    const token = tokenIn(page);
    const empty = await post('david', '/school/requests/letters', envelope(token));
    expect([empty.status, empty.html]).toEqual([422, expect.stringContaining('<code>mandate_incomplete</code>')]);
    const missing = await post('david', '/school/requests/letters', envelope(token, MANDATE, { people: ' ' }));
    expect([missing.status, missing.html]).toEqual([422, expect.stringContaining('<code>people_missing</code>')]);
    expect(missing.html).toContain('>Modèle de lettre, « tel quel ».</textarea>');
    expect(missing.html).toMatch(/Document reçu\s: PDF, 1\sko\./);
    const document = keptIn(missing.html);
    expect(document).toMatch(/^[0-9a-f]{32}$/);

    const confirm = await post('david', '/school/requests/letters', envelope(token, undefined, { document }));
    expect([confirm.status, keptIn(confirm.html)]).toEqual([200, document]);
    const last = envelope(tokenIn(confirm), undefined, {
      act: 'file',
      document,
      batch: confirm.html.match(/name="batch" value="([^"]*)"/)![1]!,
      'writer-0': key.tania!,
    });
    const [filed, twice] = await Promise.all([
      post('david', '/school/requests/letters', last),
      post('david', '/school/requests/letters', last),
    ]);
    expect([filed.to, twice.to]).toEqual(Array(2).fill('/school/requests?done=filed'));
    const rows = await findRequests(portal.db, { filedBy: key.david! });
    expect(rows.map((one) => one.document)).toEqual([document, document]);
  });

  it('a file that is too big, or no document, is refused clearly, and what was typed comes back', async () => {
    const token = tokenIn(await see('david', '/school/requests/letters'));
    const big = Buffer.concat([MANDATE, Buffer.alloc(DOCUMENT_SIZE)]);
    for (const [code, file] of [
      ['file_too_large', big],
      ['mandate_unreadable', Buffer.from('<script>alert(1)</script>')],
    ] as const) {
      const back = await post('david', '/school/requests/letters', envelope(token, file));
      expect([back.status, back.html]).toEqual([422, expect.stringContaining(`<code>${code}</code>`)]);
      expect(back.html).toContain('>Modèle de lettre, « tel quel ».</textarea>');
      expect(back.html).toMatch(/<details open/);
      expect(back.html).toMatch(/id="file"[^>]*aria-invalid="true"/);
      expect(keptIn(back.html)).toBe('');
    }
  });

  it('a document that is gone is to be sent again, and what was typed comes back with the place for it', async () => {
    const token = tokenIn(await see('david', '/school/requests/letters'));
    const fresh = Buffer.from('%PDF-1.7\nUn autre mandat.\n%%EOF\n');
    const confirm = await post('david', '/school/requests/letters', envelope(token, fresh));
    const document = keptIn(confirm.html);
    expect([confirm.status, document]).toEqual([200, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    await portal.db('mandate_document').where({ id: document }).delete();
    const batch = confirm.html.match(/name="batch" value="([^"]*)"/)![1]!;
    for (const act of ['name', 'file']) {
      const again = envelope(token, undefined, { act, document, batch });
      const back = await post('david', '/school/requests/letters', again);
      expect([back.status, back.html]).toEqual([422, expect.stringContaining('<code>mandate_incomplete</code>')]);
      expect(back.html).toContain('>Modèle de lettre, « tel quel ».</textarea>');
      expect(back.html).toMatch(/id="file"[^>]*aria-invalid="true"/);
      expect(keptIn(back.html)).toBe('');
    }
  });

  it('what is no form, or comes from who records nothing, is refused before it is read', async () => {
    const token = tokenIn(await see('david', '/school/requests/letters'));
    expect((await post('tom', '/school/requests/letters', envelope(token, MANDATE))).status).toBe(403);
    const nobody = await fetch(`${portal.origin}/school/requests/letters`, {
      method: 'POST',
      body: envelope(token, MANDATE),
      redirect: 'manual',
    });
    expect(nobody.status).toBe(401);
    const type = (boundary: string) => ({ 'content-type': `multipart/form-data${boundary}` });
    const half = Buffer.from('--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nhal');
    for (const [body, boundary] of [
      [half, '; boundary=x'],
      [half, ''],
      [Buffer.from('--x--\r\n'), '; boundary=x'],
      [Buffer.from('nothing of the kind'), '; boundary=x'],
    ] as const)
      expect([400, 403]).toContain((await post('david', '/school/requests/letters', body, type(boundary))).status);
    const twice = envelope(token, MANDATE);
    twice.append('file', new Blob([MANDATE]), 'b.pdf');
    expect((await post('david', '/school/requests/letters', twice)).status).toBe(400);
    const many = envelope(token);
    for (let index = 0; index < 300; index += 1) many.append(`writer-${index}`, 'x');
    expect((await post('david', '/school/requests/letters', many)).status).toBe(400);
    const again = envelope(token);
    again.append('holder', 'Deux fois');
    expect((await post('david', '/school/requests/letters', again)).status).toBe(400);
    expect((await post('david', '/school/requests/letters', envelope('forged', MANDATE))).status).toBe(403);
  });

  it('it is saved as a file, and does nothing in a browser', async () => {
    const [request] = await findRequests(portal.db, { about: key.tania! });
    for (const [name, path] of [
      ['helene', `/school/requests/${request!.id}/mandate`],
      ['diane', `/school/requests/${request!.id}/mandate`],
    ] as const) {
      const saved = await see(name, path);
      expect([saved.status, saved.html]).toEqual([200, MANDATE.toString()]);
      expect(saved.headers.get('content-type')).toBe('application/pdf');
      expect(saved.headers.get('content-disposition')).toBe(`attachment; filename="mandat-${request!.id}.pdf"`);
      expect(saved.headers.get('x-content-type-options')).toBe('nosniff');
      expect(saved.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*; sandbox$/);
      expect(saved.headers.get('cache-control')).toBe('no-store');
    }
    // Tania's letter came with others: the document names who signed beside her
    for (const name of ['david', 'tom', 'tania'] as const)
      for (const place of ['school', 'me'])
        expect((await see(name, `/${place}/requests/${request!.id}/mandate`)).status).toBe(404);
    expect((await see('helene', `/school/requests/${request!.id}`)).html).toContain(`/${request!.id}/mandate"`);
    expect((await see('david', `/school/requests/${request!.id}`)).html).not.toContain(`/${request!.id}/mandate"`);
    const hers = await see('tania', `/me/requests/${request!.id}`);
    expect(hers.text).toContain('Une personne agit pour vous');
    expect(hers.html).not.toContain(`/${request!.id}/mandate"`);
    expect((await see('diane', '/school/register')).html).toContain(`/${request!.id}/mandate"`);
  });

  it('it may come later, for one letter, from its own page', async () => {
    const eve = (await findRequests(portal.db, { filedBy: key.david! })).find(({ about }) => about === null);
    await portal.db('person_request').where({ id: eve!.id }).update({ document: null, mandate: null });
    const page = await see('david', `/school/requests/${eve!.id}`);
    const form = (file: Buffer | undefined, more: Record<string, string> = {}) =>
      envelope(tokenIn(page, 'id="mandate"'), file, { act: 'mandate', to: 'one', ...more });
    const back = await post('david', `/school/requests/${eve!.id}`, form(MANDATE, { holder: ' ' }));
    expect([back.status, back.html]).toEqual([422, expect.stringContaining('<code>mandate_incomplete</code>')]);
    const document = keptIn(back.html.slice(back.html.indexOf('id="mandate"')));
    const done = await post('david', `/school/requests/${eve!.id}`, form(undefined, { document }));
    expect(done.to).toBe(`/school/requests/${eve!.id}`);
    expect((await readRequest(portal.db, eve!.id))!.document).toBe(document);
  });
});
