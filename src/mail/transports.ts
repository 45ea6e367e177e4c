// How a mail leaves: to an SMTP server that proves who it is, or into a folder in the demo.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** A mail, ready to leave. */
export interface Message {
  /** What its Message-ID is made of: sent again after a doubt, it is the same message. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  /** When it was queued, UTC milliseconds. */
  readonly date: number;
}

export interface Transport {
  /** Resolves once the other side has answered for it; throws `Undelivered`. One at a time. */
  send(message: Message): Promise<void>;
  /** Lets go of the other side, at once. */
  close(): void;
}

/**
 * `server`: none could be reached, or it would not serve us; nothing is said of this mail.
 * `later`: not now, or it fell silent while it took this mail. `refused`: this mail never will be taken.
 */
export type Why = 'server' | 'later' | 'refused';

export class Undelivered extends Error {
  readonly why: Why;
  /** The other side's answer, or what failed: a code, never an address. */
  readonly answer: string;

  constructor(why: Why, answer: string) {
    super(`mail not delivered: ${why}, ${answer}`);
    this.name = 'Undelivered';
    this.why = why;
    this.answer = answer;
  }
}

export interface SmtpOptions {
  /** `smtps://user:password@host:465`, or `smtp://host:587`. */
  readonly server: string;
  /** `address`, or `Name <address>`. */
  readonly from: string;
  /** The host in Message-ID. */
  readonly host: string;
  /** Certificates trusted beside the machine's own, PEM. */
  readonly authorities?: string;
  /** How long connecting, and each answer, may take; and the whole of one mail, in milliseconds. */
  readonly patience?: { readonly answer: number; readonly mail: number };
}

const PATIENCE = { answer: 20_000, mail: 60_000 };

/**
 * One connection, kept from one mail to the next. The certificate is checked always; a server that is not this machine must
 * offer TLS, at once (`smtps`) or by STARTTLS (`smtp`).
 */
export function smtpTransport(options: SmtpOptions): Transport {
  const { patience = PATIENCE } = options;
  const from = parseMailbox(options.from);
  let open: SMTPConnection | undefined;
  let abandon: ((error: Error) => void) | undefined;

  const close = (): void => {
    open?.close();
    open = undefined;
    abandon?.(new Error('closed'));
  };
  const sendOn = (connection: SMTPConnection, envelope: { from: string; to: string }, bytes: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      abandon = reject;
      connection.once('error', reject);
      connection.once('end', () => reject(new Error('closed')));
      connection.send({ ...envelope, use8BitMime: false }, bytes, (error) => (error ? reject(error) : resolve()));
    });

  return {
    send: async (message) => {
      if (!isAddress(message.to)) throw new Undelivered('refused', 'address');
      const bytes = await compose(message, from, options.host);
      open ??= await withLimit(connect(options, patience.answer), 2 * patience.answer).catch((error) => {
        throw new Undelivered('server', codeOf(error));
      });
      const connection = open;
      try {
        await withLimit(sendOn(connection, { from: from.address, to: message.to }, bytes), patience.mail);
        connection.removeAllListeners('error').removeAllListeners('end');
        connection.on('error', close).on('end', close);
      } catch (error) {
        close();
        throw judged(error);
      } finally {
        abandon = undefined;
      }
    },
    close: () => {
      if (!abandon) open?.quit();
      close();
    },
  };
}

/** The demo's: one readable file per mail, whole or not at all. */
export function folderTransport(folder: string): Transport {
  return {
    send: async ({ id, to, subject, body, date }) => {
      await mkdir(folder, { recursive: true });
      const text = [`À : ${to}`, `Objet : ${plain(subject)}`, `Date : ${new Date(date).toISOString()}`, '', body];
      const draft = join(folder, `.${id}`);
      await writeFile(draft, text.join('\n'));
      await rename(draft, join(folder, `${id}.txt`));
    },
    close: () => undefined,
  };
}

/** One address, that can stand in an envelope and a header, and nothing else; international names of hosts as they are. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(text);
}

/** `address`, or `Name <address>`, as the settings give it. */
export function parseMailbox(text: string): { name: string; address: string } {
  const [, name = '', address = text] = /^(.+) <(.+)>$/.exec(text) ?? [];
  return { name, address };
}

async function connect({ server, authorities }: SmtpOptions, answer: number): Promise<SMTPConnection> {
  const { protocol, hostname, port, username, password } = new URL(server);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const own = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  const connection = new SMTPConnection({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(own ? { ignoreTLS: true } : { requireTLS: true }),
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(authorities && { ca: authorities }) },
    connectionTimeout: answer,
    greetingTimeout: answer,
    socketTimeout: answer,
    dnsTimeout: answer,
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    if (username !== '')
      await new Promise<void>((resolve, reject) => {
        const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
        connection.login({ credentials }, (error) => (error ? reject(error) : resolve()));
      });
  } catch (error) {
    connection.on('error', () => undefined);
    connection.close();
    throw error;
  }
  connection.removeAllListeners('error');
  return connection;
}

async function compose(message: Message, from: { name: string; address: string }, host: string): Promise<Buffer> {
  const { id, to, subject, body, date } = message;
  const composer = new MailComposer({
    from,
    to: { name: '', address: to },
    subject: plain(subject),
    text: body,
    date: new Date(date),
    messageId: `<${id}@${host}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** A header is one line. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

interface Failure {
  readonly code?: string;
  readonly responseCode?: number;
}

/** What came of a mail that was begun: only an answer of 5xx is for ever; 421 says that the server is going. */
function judged(error: unknown): Undelivered {
  const { responseCode = 0 } = error as Failure;
  if (responseCode >= 500) return new Undelivered('refused', String(responseCode));
  return new Undelivered(responseCode === 421 ? 'server' : 'later', codeOf(error));
}

function codeOf(error: unknown): string {
  const { code, responseCode } = error as Failure;
  return String(responseCode ?? code ?? (error as Error).message).slice(0, 40);
}

/** A server that answers one byte now and then is never silent: the whole has a limit too. */
function withLimit<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
