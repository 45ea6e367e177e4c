// What an authority revoked counts for nothing: lists are read as they are signed, at every request, on both ways alike.
import { renameSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDoor } from '../../src/app/door.ts';
import type { ClientCertificates } from '../../src/config.ts';
import { subjectOf } from '../../src/oidc/certificate-names.ts';
import { openCertificates } from '../../src/oidc/certificates.ts';
import { certificateLives } from '../../src/oidc/expiry.ts';
import { readRevocationLists, serialOf } from '../../src/oidc/revocation-lists.ts';
import { engines } from '../databases.ts';
import { type Certificates, FOR_LOCALHOST, openCertificateMaker, type Pair, soon } from './authority.ts';

let maker: Certificates;
let authority: Pair;
let other: Pair;
let good: Pair;
let bad: Pair;

beforeAll(() => {
  maker = openCertificateMaker();
  authority = maker.authority();
  other = maker.authority({ subject: '/C=FR/O=Une autre/CN=Autorité' });
  good = maker.issue({ subject: '/CN=bonne' }, authority);
  bad = maker.issue({ subject: '/CN=perdue' }, authority);
  maker.revoke(bad, authority);
});
afterAll(() => maker.close());

let written = 0;
/** A file with this in it: another moment than every file before it, so that it is seen to have changed. */
const place = (text: string | Buffer, name = 'lists.pem'): string => {
  const [file, draft] = [join(maker.folder, name), join(maker.folder, 'draft')];
  writeFileSync(draft, text);
  written += 1;
  utimesSync(draft, written, written);
  renameSync(draft, file);
  return file;
};
const derOf = (text: string) => Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');

describe('a list', () => {
  const read = (text: string | Buffer, authorities = [authority]) =>
    readRevocationLists(
      place(text),
      authorities.map(({ x509 }) => x509),
    );

  it('is read from PEM and from DER, with its days and the numbers it names', () => {
    const text = maker.list(authority, { from: soon(-1), until: soon(3) });
    for (const file of [text, `Some words first\n${text}`, derOf(text)]) {
      const [list] = read(file);
      expect([...list!.serials]).toEqual([serialOf(bad.x509)]);
      expect(list!.serials.has(serialOf(good.x509))).toBe(false);
      expect(Math.abs(list!.until - soon(3).getTime())).toBeLessThan(60_000);
    }
  });

  it('of each authority stands in one file; the newest counts, and a stranger’s for nothing', () => {
    const older = maker.list(authority, { from: soon(-5), until: soon(9) });
    const stranger = maker.list(maker.authority({ subject: '/CN=Autre' }));
    const lists = read(older + maker.list(other) + stranger + maker.list(authority, { until: soon(2) }), [
      authority,
      other,
    ]);
    expect(lists.map(({ until }) => Math.round((until - Date.now()) / 86_400_000))).toEqual([2, 7]);
  });

  it('may be signed with SHA-384', () => {
    expect(read(maker.list(authority, { digest: 'sha384' }))).toHaveLength(1);
  });

  it('with extensions that are not critical is read', () => {
    const [list] = read(maker.list(authority, { extensions: ['authorityKeyIdentifier=keyid'] }));
    expect(list!.serials.size).toBe(1);
  });

  it.each<[what: string, text: () => string | Buffer, words: RegExp]>([
    ['is nothing', () => '', /PEM or DER/],
    ['is a certificate', () => authority.cert, /PEM or DER/],
    ['is cut short', () => derOf(maker.list(authority)).subarray(0, -20), /PEM or DER/],
    ['has something behind it', () => Buffer.concat([derOf(maker.list(authority)), Buffer.from('x')]), /PEM or DER/],
    ['is of another authority', () => maker.list(other), /of each authority/],
    ['is of the same name, and another key', () => maker.list(maker.authority()), /signed by the authority/],
    ['is signed with SHA-1', () => maker.list(authority, { digest: 'sha1' }), /SHA-256/],
    [
      'is of a part of the certificates',
      () =>
        maker.list(authority, { extensions: ['issuingDistributionPoint=critical,@part', '[part]', 'onlyuser=TRUE'] }),
      /critical/,
    ],
  ])('that %s is refused', (_what, text, words) => {
    expect(() => read(text())).toThrow(words);
    expect(() => read(text())).toThrow(/PREAU_CLIENT_CRL/);
  });

  it('in which one byte was changed is refused, wherever it is', () => {
    const der = derOf(maker.list(authority));
    for (let at = 0; at < der.length; at += 7) {
      const forged = Buffer.from(der);
      forged[at] = forged[at]! ^ 0x01;
      expect(() => read(forged), `byte ${at}`).toThrow(/PREAU_CLIENT_CRL/);
    }
  });

  it('of an authority that has none, or in a file that is not there, is refused', () => {
    expect(() => read(maker.list(authority), [authority, other])).toThrow(/of each authority/);
    expect(() => readRevocationLists('/nowhere.crl', [authority.x509])).toThrow(/can be read/);
  });
});

describe('where TLS ends here', () => {
  let server: Pair;
  let port: number;
  let close: () => void;
  let shown: ReturnType<typeof openCertificates>['shownIn'];
  const onError = vi.fn();
  const settings = (): ClientCertificates => ({
    from: 'connection',
    header: '',
    proxies: [],
    authorities: authority.certFile,
    revoked: join(maker.folder, 'lists.pem'),
  });
  /** What is seen of a certificate, over an agent that keeps its connections and its sessions. */
  const seenOf = (agent: Agent): Promise<{ answer: string; reused: boolean }> =>
    new Promise((resolve, reject) => {
      const sent = secureRequest({ host: 'localhost', port, agent, path: '/' }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () => resolve({ answer: text, reused: sent.reusedSocket }));
      });
      sent.on('error', reject);
      sent.end();
    });
  const agentOf = ({ cert, key }: Pair, keepAlive = true) =>
    new Agent({ cert, key, ca: authority.cert, keepAlive, maxSockets: 1 });
  const answerOf = async (agent: Agent) => (await seenOf(agent)).answer;

  beforeAll(async () => {
    server = maker.issue({ subject: '/CN=localhost', extensions: FOR_LOCALHOST }, authority);
    place(maker.list(authority));
    const tls = { certificate: server.certFile, key: server.keyFile };
    const door = openDoor(
      { tls, clientCertificates: settings() },
      { onRenewed: () => undefined, onError: () => undefined },
    );
    door.server.on('request', (came, answer) => {
      const found = shown(came);
      answer.end(found ? (found.vouched ? 'vouched' : 'shown') : 'nothing');
    });
    await new Promise<void>((done) => door.server.listen(0, 'localhost', done));
    port = (door.server.address() as AddressInfo).port;
    close = () => {
      door.close();
      door.server.closeAllConnections();
      door.server.close();
    };
  });
  afterAll(() => close());
  beforeEach(() => {
    onError.mockClear();
    place(maker.list(authority));
    shown = openCertificates({ clientCertificates: settings() }, { onError, everyMs: 0 }).shownIn;
  });

  it('a certificate that was revoked is as none, and any other is what it was', async () => {
    expect(await answerOf(agentOf(good))).toBe('vouched');
    expect(await answerOf(agentOf(bad))).toBe('nothing');
    expect(await answerOf(agentOf(maker.issue({ subject: '/CN=bonne' })))).toBe('shown');
    expect(onError).not.toHaveBeenCalled();
  });

  it('one that is revoked now is none at the next request, on an open connection and on a resumed session', async () => {
    const lost = maker.issue({ subject: '/CN=bientôt' }, authority);
    const [open, resumed, kept] = [agentOf(lost), agentOf(lost, false), agentOf(good)];
    for (const agent of [open, resumed, kept]) expect(await answerOf(agent)).toBe('vouched');
    maker.revoke(lost, authority);
    place(maker.list(authority));
    expect(await seenOf(open)).toEqual({ answer: 'nothing', reused: true });
    expect(await answerOf(resumed)).toBe('nothing');
    expect(await seenOf(kept)).toEqual({ answer: 'vouched', reused: true });
    expect(onError).not.toHaveBeenCalled();
    for (const agent of [open, resumed, kept]) agent.destroy();
  });

  it('once a list has ended its authority vouches for nobody, which is said once, until the next one is there', async () => {
    const agent = agentOf(good);
    place(maker.list(authority, { from: soon(-9), until: new Date(Date.now() - 1_000) }));
    shown = openCertificates({ clientCertificates: settings() }, { onError, everyMs: 0 }).shownIn;
    for (let count = 0; count < 3; count += 1) expect(await answerOf(agent)).toBe('shown');
    expect(onError).toHaveBeenCalledOnce();
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'bad_setting', message: /has ended/ });
    place(maker.list(authority));
    expect(await answerOf(agent)).toBe('vouched');
    agent.destroy();
  });

  it('a list that is not good yet vouches for nobody', async () => {
    place(maker.list(authority, { from: soon(1), until: soon(2) }));
    shown = openCertificates({ clientCertificates: settings() }, { onError, everyMs: 0 }).shownIn;
    expect(await answerOf(agentOf(good))).toBe('shown');
  });

  it('a file that will not do leaves the lists in use, and so does an older one', async () => {
    const agent = agentOf(bad);
    for (const text of ['', 'nonsense', maker.list(other), derOf(maker.list(authority)).subarray(0, 40)]) {
      onError.mockClear();
      place(text);
      expect(await answerOf(agent)).toBe('nothing');
      expect(await answerOf(agentOf(good))).toBe('vouched');
      expect(onError).toHaveBeenCalledOnce();
    }
    onError.mockClear();
    const lost = maker.issue({ subject: '/CN=après' }, authority);
    const before = maker.list(authority, { from: soon(-2) });
    maker.revoke(lost, authority);
    place(maker.list(authority));
    expect(await answerOf(agentOf(lost))).toBe('nothing');
    place(before);
    expect(await answerOf(agentOf(lost))).toBe('nothing');
    expect(onError).not.toHaveBeenCalled();
    agent.destroy();
  });

  it('a file that is away for a moment is looked at later', async () => {
    const agent = agentOf(good);
    renameSync(join(maker.folder, 'lists.pem'), join(maker.folder, 'away'));
    expect(await answerOf(agent)).toBe('vouched');
    expect(onError).not.toHaveBeenCalled();
    agent.destroy();
  });

  it('nothing opens with a file that will not do', () => {
    for (const text of ['', maker.list(other)]) {
      place(text);
      expect(() => openCertificates({ clientCertificates: settings() })).toThrow(/PREAU_CLIENT_CRL/);
      expect(() =>
        openDoor(
          { tls: { certificate: server.certFile, key: server.keyFile }, clientCertificates: settings() },
          { onRenewed: () => undefined, onError: () => undefined },
        ),
      ).toThrow(/PREAU_CLIENT_CRL/);
    }
  });
});

describe('what must be renewed', () => {
  it('is a list too: in good time until its last day, and told when it has ended', async () => {
    const { db, close } = await engines[0]!.open();
    try {
      const stateOf = async (days: number) => {
        const revoked = place(maker.list(authority, { from: soon(-9), until: soon(days) }), 'watched.pem');
        const nowhere = { from: 'header', header: 'x', proxies: [], authorities: authority.certFile, revoked } as const;
        const lives = await certificateLives(db, { clientCertificates: nowhere }, Date.now());
        return lives.find(({ kind }) => kind === 'revocation');
      };
      expect(await stateOf(2)).toMatchObject({ state: 'good', subject: subjectOf(authority.x509) });
      expect(await stateOf(0.5)).toMatchObject({ state: 'soon' });
      expect(await stateOf(-0.5)).toMatchObject({ state: 'ended' });
    } finally {
      await close();
    }
  });
});

describe('behind a proxy', () => {
  it('what was revoked is as nothing told, whatever the proxy let pass', async () => {
    const clientCertificates: ClientCertificates = {
      from: 'header',
      header: 'client-cert',
      proxies: ['127.0.0.1'],
      authorities: authority.certFile,
      revoked: place(maker.list(authority), 'proxied.pem'),
    };
    const { shownIn } = openCertificates({ clientCertificates });
    const server = createServer((came, answer) => {
      const found = shownIn(came);
      answer.end(found ? (found.vouched ? 'vouched' : 'shown') : 'nothing');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const told = async ({ x509 }: Pair) => {
      const headers = { 'client-cert': `:${x509.raw.toString('base64')}:` };
      return (await fetch(`http://127.0.0.1:${port}`, { headers })).text();
    };
    try {
      expect(await told(good)).toBe('vouched');
      expect(await told(bad)).toBe('nothing');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
