// Mails: each leaves once, whatever dies or stays silent, and says nothing to anybody else.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailsByKey, purgeMails, queueMail } from '../../src/mail/mail.ts';
import { type Sending, type Sent, sendMails } from '../../src/mail/sending.ts';
import { folderTransport, smtpTransport, type Transport } from '../../src/mail/transports.ts';
import { type Db, inTransaction, openDatabase } from '../../src/storage/storage.ts';
import { writeMail } from '../../views/mails/mails.ts';
import { deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { type Answer, openSmtpServer, type SmtpBehaviour, type SmtpServer } from './smtp-server.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const key = randomBytes(32);
const FROM = 'Préau <preau@ent.example>';
const host = 'ent.example';

describe.each(engines)('mails on $name', ({ open }) => {
  let database: TestDatabase;
  let db: Db;
  let paula: string;
  const servers: SmtpServer[] = [];
  beforeAll(async () => {
    database = await open();
    db = database.db;
    await deliverCast(db);
    paula = await personOf(db, 'paula');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await db('mail').delete();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  const serve = async (behaviour?: SmtpBehaviour): Promise<SmtpServer> => {
    const server = await openSmtpServer(behaviour);
    servers.push(server);
    return server;
  };
  const to = (port: number, more: Partial<Parameters<typeof smtpTransport>[0]> = {}): Transport =>
    smtpTransport({ server: `smtp://127.0.0.1:${port}`, from: FROM, host, ...more });
  const queue = (at = NOW, code = 'AAAA-BBBB', more: { expiresAt?: number } = {}): Promise<string> =>
    queueMail(db, {
      person: paula,
      template: 'activation',
      data: { until: '2027-02-12' },
      secret: { key, values: { code } },
      at,
      ...more,
    });
  const send = (transport: Transport, more: Partial<Sending> = {}): Promise<Sent> =>
    sendMails(db, {
      transport,
      render: writeMail,
      addressOf: async () => 'paula@famille.example',
      house: { issuer: 'https://ent.example' },
      key,
      at: NOW,
      ...more,
    });
  const stateOf = async (id: string) => (await mailsByKey(db, [id])).get(id)?.state;
  const rowOf = (id: string) => db('mail').where({ id }).first();

  describe('the queue', () => {
    it('takes a mail with the act it tells of, and not without it', async () => {
      await inTransaction(db, async (tx) => {
        await queueMail(tx, { person: paula, template: 'accountClosed', data: {}, at: NOW });
        throw new Error('the act fails');
      }).catch(() => undefined);
      expect(await db('mail').select()).toEqual([]);
    });

    it('shows no code while it waits, and holds none once it has left', async () => {
      const server = await serve();
      const id = await queue(NOW, 'CODE-SEEN');
      const before = await rowOf(id);
      expect(JSON.stringify(before) + before.sealed.toString('latin1')).not.toContain('CODE-SEEN');
      await send(to(server.port));
      expect(server.received[0]?.raw).toContain('CODE-SEEN');
      expect(await rowOf(id)).toMatchObject({ state: 'sent', sealed: null });
    });

    it('keeps the trace of a mail ninety days', async () => {
      const server = await serve();
      const id = await queue();
      await send(to(server.port));
      const { settled_at: settled } = await rowOf(id);
      expect(await purgeMails(db, settled + 90 * DAY - 1)).toBe(0);
      expect(await purgeMails(db, settled + 90 * DAY)).toBe(1);
    });
  });

  describe('a mail', () => {
    it('leaves once, in both languages, from us to its address, and is traced without it', async () => {
      const server = await serve();
      const id = await queue();
      expect(await send(to(server.port))).toEqual({ sent: 1, givenUp: 0, later: 0 });
      expect(await send(to(server.port))).toEqual({ sent: 0, givenUp: 0, later: 0 });
      expect(server.received).toHaveLength(1);
      const [mail] = server.received;
      expect(mail).toMatchObject({
        from: 'preau@ent.example',
        to: 'paula@famille.example',
        messageId: `<${id}@ent.example>`,
      });
      expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated/m);
      expect(mail?.raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
      const lines = await db('audit').where({ event: 'mail.sent', subject: paula });
      expect(lines.at(-1).details).toBe('{"template":"activation"}');
      expect(JSON.stringify(lines)).not.toContain('famille.example');
    });

    it('goes to the address given with it before any other', async () => {
      const server = await serve();
      const secret = { key, values: { code: 'X' }, to: 'autre@famille.example' };
      await queueMail(db, { person: paula, template: 'activation', data: { until: '' }, secret, at: NOW });
      await send(to(server.port));
      expect(server.received[0]?.to).toBe('autre@famille.example');
    });

    it.each([
      ['without an address', undefined, 'no_address'],
      ['two addresses', 'a@x.example,b@x.example', 'bad_address'],
      ['a second line', 'a@x.example\r\nBcc: b@x.example', 'bad_address'],
      ['a name around it', 'A <a@x.example>', 'bad_address'],
      ['a quote', '"a\r\nb"@x.example', 'bad_address'],
      ['no host', 'root', 'bad_address'],
      ['an address too long', `${'a'.repeat(60)}@${'b'.repeat(200)}.fr`, 'bad_address'],
    ])('with %s is given up, and the next one leaves', async (_what, address, reason) => {
      const server = await serve();
      const [bad, good] = [await queue(NOW, 'A', { expiresAt: NOW + DAY }), await queue()];
      let first = true;
      const addressOf = async () => {
        const given = first ? address : 'paula@famille.example';
        first = false;
        return given;
      };
      expect(await send(to(server.port), { addressOf })).toEqual({ sent: 1, givenUp: 1, later: 0 });
      expect([await stateOf(bad), await stateOf(good)]).toEqual(['given_up', 'sent']);
      const traced = await db('audit').where({ event: 'mail.given_up' }).orderBy('seq', 'desc').first();
      expect(JSON.parse(traced.details).reason).toBe(reason);
    });

    it('cannot get a header from what it says', async () => {
      const server = await serve();
      await queue();
      const render = () => ({
        subject: 'Bonjour\r\nBcc: autre@x.example\r\n\r\nautre corps',
        body: 'Un\r\n.\r\nDeux\n.\nTrois\r\nMAIL FROM:<x@x.example>',
      });
      await send(to(server.port), { render });
      const [head = '', ...body] = server.received[0]?.raw.split('\r\n\r\n') ?? [];
      expect(head.split('\r\n').filter((line) => /^(bcc|to|from|subject):/i.test(line))).toHaveLength(3);
      expect(server.received).toHaveLength(1);
      expect(body.join('\n\n')).toContain('Trois');
    });

    it('whose words cannot be written is given up and told, and does not come before all others again', async () => {
      const server = await serve();
      const id = await queue();
      const render = () => {
        throw new Error('a fault of ours');
      };
      await expect(send(to(server.port), { render })).rejects.toThrow('a fault of ours');
      expect(await stateOf(id)).toBe('given_up');
    });

    it('leaves until the instant before it is worth nothing, and not from then on', async () => {
      const server = await serve();
      const [late, good] = [
        await queue(NOW, 'A', { expiresAt: NOW + MINUTE }),
        await queue(NOW, 'B', { expiresAt: NOW + 2 * MINUTE }),
      ];
      await send(to(server.port), { at: NOW + MINUTE });
      expect([await stateOf(late), await stateOf(good)]).toEqual(['given_up', 'sent']);
      expect((await rowOf(late)).sealed).toBeNull();
    });

    it('that is sooner worth nothing leaves first', async () => {
      const server = await serve();
      await queue(NOW, 'LATER', { expiresAt: NOW + 9 * DAY });
      await queue(NOW + 1, 'SOON', { expiresAt: NOW + MINUTE });
      await send(to(server.port), { at: NOW + 10 });
      expect(server.received.map(({ raw }) => /SOON|LATER/.exec(raw)?.[0])).toEqual(['SOON', 'LATER']);
    });
  });

  describe('two nodes at once', () => {
    it('send each of eighty mails once', async () => {
      const server = await serve();
      for (let n = 0; n < 80; n += 1) await queue(NOW, `CODE ${n}`);
      const other = openDatabase(database.url);
      const [one, two] = await Promise.all([
        send(to(server.port)),
        sendMails(other, {
          transport: to(server.port),
          render: writeMail,
          addressOf: async () => 'paula@famille.example',
          house: { issuer: 'https://ent.example' },
          key,
          at: NOW,
        }),
      ]);
      await other.destroy();
      expect(one.sent + two.sent).toBe(80);
      expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(80);
      expect(server.received).toHaveLength(80);
    });
  });

  describe('a server', () => {
    it('that is not there costs the mails nothing, hour after hour, and has them all when it is back', async () => {
      const gone = await openSmtpServer();
      await gone.close();
      const ids = [await queue(), await queue(), await queue()];
      for (let minute = 0; minute < 60; minute += 10)
        await expect(send(to(gone.port), { at: NOW + minute * MINUTE })).rejects.toMatchObject({ why: 'server' });
      expect((await db('mail').whereIn('id', ids)).map(({ tries, state }) => [tries, state])).toEqual(
        ids.map(() => [0, 'waiting']),
      );
      const back = await serve({ port: gone.port });
      expect((await send(to(back.port), { at: NOW + 61 * MINUTE })).sent).toBe(3);
    });

    it('that takes the line and says nothing is left, with no transaction held meanwhile', async () => {
      const mute = await serve({ mute: true });
      await queue();
      const sending = send(to(mute.port, { patience: { answer: 300, mail: 600 } }));
      await expect.poll(() => mute.connections.made).toBe(1);
      await queue(); // on SQLite there is one connection: it would wait for a transaction
      await expect(sending).rejects.toMatchObject({ why: 'server' });
      await expect.poll(() => mute.connections.open).toBe(0);
      expect(mute.connections.made).toBe(1);
    });

    it('that falls silent inside a mail is left; the mail waits, longer each time, and comes back as the same message', async () => {
      let silent = true;
      const server = await serve({
        answer: async (command) => (silent && command === '.' ? 'silence' : undefined),
      });
      const id = await queue();
      const impatient = to(server.port, { patience: { answer: 200, mail: 400 } });
      for (const [tries, minutes] of [
        [1, 1],
        [2, 2],
        [3, 4],
      ] as const) {
        const { due_at: due } = await rowOf(id);
        expect(await send(impatient, { at: due })).toEqual({ sent: 0, givenUp: 0, later: 1 });
        const row = await rowOf(id);
        expect(row.tries).toBe(tries);
        expect(row.due_at - due).toBeGreaterThanOrEqual(minutes * MINUTE);
        expect(row.due_at - due).toBeLessThan(minutes * MINUTE + MINUTE);
      }
      silent = false;
      await send(impatient, { at: (await rowOf(id)).due_at });
      expect(server.received.map(({ messageId }) => messageId)).toEqual([`<${id}@ent.example>`]);
    });

    it('that answers a byte now and then does not keep us', async () => {
      const server = await serve({
        answer: async (command) => {
          if (command !== 'RCPT') return undefined;
          await new Promise((resolve) => setTimeout(resolve, 150));
          return '250-wait\r\n250-wait\r\n250 OK';
        },
      });
      await queue();
      expect(await send(to(server.port, { patience: { answer: 10_000, mail: 100 } }))).toMatchObject({ later: 1 });
    });

    it('that shows the door in three mails is left to itself, with what remains', async () => {
      const server = await serve({ answer: (command) => (command === 'DATA' ? 'door' : undefined) });
      for (let n = 0; n < 6; n += 1) await queue();
      await expect(send(to(server.port))).rejects.toMatchObject({ why: 'server', answer: 'dropped' });
      expect((await db('mail').where({ tries: 0 })).length).toBe(3);
    });

    it.each([
      ['RCPT', '550 no such mailbox', 'given_up'],
      ['.', '554 not wanted', 'given_up'],
      ['RCPT', '450 try later', 'waiting'],
      ['.', '452 disk full', 'waiting'],
    ] as const)('that answers %s with %s leaves that mail %s, and the next one goes', async (at, answer, state) => {
      let asked = 0;
      const server = await serve({
        answer: (command): Answer => {
          if (command !== at) return undefined;
          asked += 1;
          return asked === 1 ? answer : undefined;
        },
      });
      const [first, second] = [await queue(NOW, 'A', { expiresAt: NOW + DAY }), await queue()];
      await send(to(server.port));
      expect([await stateOf(first), await stateOf(second)]).toEqual([state, 'sent']);
    });

    it('that never takes a mail for now is asked twenty times over two days, and then no more', async () => {
      const server = await serve({ answer: (command) => (command === 'RCPT' ? '451 later' : undefined) });
      const id = await queue();
      let asks = 0;
      for (; (await stateOf(id)) === 'waiting' && asks < 50; asks += 1)
        await send(to(server.port), { at: (await rowOf(id)).due_at });
      expect(asks).toBe(20);
      const row = await rowOf(id);
      expect(row).toMatchObject({ state: 'given_up', sealed: null });
      expect(row.settled_at - NOW).toBeGreaterThan(DAY);
      expect(row.settled_at - NOW).toBeLessThan(2.5 * DAY);
    });

    it('that does not know us gets nothing, and nothing is counted', async () => {
      const server = await serve({ user: { name: 'preau', password: 'juste' } });
      const id = await queue();
      const as = (password: string) => to(server.port, { server: `smtp://preau:${password}@127.0.0.1:${server.port}` });
      await expect(send(as('faux'))).rejects.toMatchObject({ why: 'server', answer: '535' });
      expect(await rowOf(id)).toMatchObject({ tries: 0, state: 'waiting' });
      expect((await send(as('juste'), { at: NOW + MINUTE })).sent).toBe(1);
    });

    it('that we are told to leave is left at once, and the mail under way is not lost', async () => {
      let handedOver = false;
      const server = await serve({
        answer: (command) => {
          handedOver ||= command === '.';
          return command === '.' ? 'silence' : undefined;
        },
      });
      const id = await queue();
      const stop = new AbortController();
      const sending = send(to(server.port), { stop: stop.signal });
      await expect.poll(() => handedOver).toBe(true);
      stop.abort();
      await expect(sending).rejects.toBeDefined();
      expect(await rowOf(id)).toMatchObject({ state: 'waiting', tries: 0, claimed_by: '' });
    });
  });

  describe('a node killed in the middle', () => {
    it.each(['RCPT', '.'] as const)('at %s: nothing is lost, and nothing leaves twice', async (moment) => {
      let hold = true;
      let held = (): void => undefined;
      const holding = new Promise<void>((resolve) => {
        held = resolve;
      });
      let seen = 0;
      const server = await serve({
        answer: async (command) => {
          if (command === moment) seen += 1;
          if (!hold || command !== moment || seen < 4) return undefined;
          held();
          return 'silence';
        },
      });
      const ids = [];
      for (let n = 0; n < 10; n += 1) ids.push(await queue(Date.now() - 1_000, `CODE ${n}`));
      const first = node(server.port);
      await holding;
      first.kill('SIGKILL');
      await new Promise((resolve) => first.once('exit', resolve));
      expect(server.received).toHaveLength(3);
      hold = false;
      // the claim of the dead node has five minutes to run: the next one lives later
      const second = node(server.port, 6 * MINUTE);
      await expect.poll(() => server.received.length, { timeout: 20_000 }).toBe(10);
      await expect.poll(async () => (await db('mail').where({ state: 'sent' })).length).toBe(10);
      second.kill('SIGKILL');
      await new Promise((resolve) => second.once('exit', resolve));
      const expected = ids.map((id) => `<${id}@ent.example>`).sort();
      expect(server.received.map(({ messageId }) => messageId).sort()).toEqual(expected);
    });

    function node(port: number, ahead = 0) {
      const file = join(import.meta.dirname, 'child.ts');
      const args = ['--import', 'tsx', file, database.url, `smtp://127.0.0.1:${port}`, key.toString('hex'), `${ahead}`];
      return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    }
  });

  describe('the demo’s folder', () => {
    it('holds each mail as a file that can be read', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'preau-outbox-'));
      const id = await queue(NOW, 'LU-EN-CLAIR');
      await send(folderTransport(folder));
      expect(readdirSync(folder)).toEqual([`${id}.txt`]);
      const text = readFileSync(join(folder, `${id}.txt`), 'utf8');
      expect(text).toContain('À : paula@famille.example');
      expect(text).toContain('LU-EN-CLAIR');
      rmSync(folder, { recursive: true });
    });
  });
});

describe('the certificate of a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preau-tls-'));
  let cert: string;
  let certKey: string;
  beforeAll(() => {
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', [...args, ...files, ...names], { stdio: 'ignore' });
    cert = readFileSync(join(folder, 'cert.pem'), 'utf8');
    certKey = readFileSync(join(folder, 'key.pem'), 'utf8');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const message = { id: 'a', to: 'paula@famille.example', subject: 'x', body: 'y', date: NOW };

  it('is checked: one that nobody vouches for gets nothing, one that is vouched for does', async () => {
    const server = await openSmtpServer({ tls: { key: certKey, cert, at: 'once' } });
    const options = { server: `smtps://localhost:${server.port}`, from: FROM, host };
    await expect(smtpTransport(options).send(message)).rejects.toMatchObject({ why: 'server' });
    expect(server.received).toHaveLength(0);
    const trusting = smtpTransport({ ...options, authorities: cert });
    await trusting.send(message);
    trusting.close();
    expect(server.received[0]?.encrypted).toBe(true);
    await server.close();
  });

  it('must name the host that was called', async () => {
    const server = await openSmtpServer({ tls: { key: certKey, cert, at: 'once' } });
    const other = smtpTransport({
      server: `smtps://[::ffff:127.0.0.1]:${server.port}`,
      from: FROM,
      host,
      authorities: cert,
    });
    await expect(other.send(message)).rejects.toMatchObject({ why: 'server' });
    expect(server.received).toHaveLength(0);
    await server.close();
  });

  it('is asked for by STARTTLS of any server but this machine: one without it never gets a mail, nor our password', async () => {
    const lines: string[] = [];
    const server = await openSmtpServer({
      user: { name: 'preau', password: 'secret' },
      answer: (_command, line) => {
        lines.push(line);
        return undefined;
      },
    });
    const away = smtpTransport({
      server: `smtp://preau:secret@[::ffff:127.0.0.1]:${server.port}`,
      from: FROM,
      host,
      patience: { answer: 300, mail: 600 },
    });
    await expect(away.send(message)).rejects.toMatchObject({ why: 'server' });
    expect(server.received).toHaveLength(0);
    expect(lines.filter((line) => /AUTH|MAIL/.test(line))).toEqual([]);
    await server.close();
  });
});
