// A small SMTP server, real on the wire, that takes mails or misbehaves as a test asks.
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface Received {
  readonly from: string;
  readonly to: string;
  /** Header and body, as they came. */
  readonly raw: string;
  readonly messageId: string;
  readonly encrypted: boolean;
}

/** What is answered to a command, or to the end of a mail (`.`): a line, silence, or the door. */
export type Answer = string | 'silence' | 'door' | undefined;

export interface SmtpServer {
  readonly port: number;
  /** Those it answered 250 for, in their order. */
  readonly received: Received[];
  /** How many connections were ever made, and how many are open. */
  readonly connections: { made: number; open: number };
  close(): Promise<void>;
}

export interface SmtpBehaviour {
  /** Overrides the answer to a command (`EHLO`, `MAIL`, `RCPT`, `DATA`, `.`), with its whole line. */
  readonly answer?: (command: string, line: string) => Answer | Promise<Answer>;
  /** TLS from the first byte, or by STARTTLS. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly at: 'once' | 'starttls' };
  readonly user?: { readonly name: string; readonly password: string };
  readonly port?: number;
  /** Says nothing at all, not even its greeting. */
  readonly mute?: boolean;
}

export async function openSmtpServer(behaviour: SmtpBehaviour = {}): Promise<SmtpServer> {
  const received: Received[] = [];
  const connections = { made: 0, open: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    connections.made += 1;
    connections.open += 1;
    sockets.add(socket);
    socket.on('close', () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
    socket.on('error', () => undefined);
    if (behaviour.mute) return;
    if (behaviour.tls?.at === 'once') talk(secured(socket, behaviour.tls), behaviour, { received, greet: true });
    else talk(socket, behaviour, { received, greet: true });
  });
  await new Promise<void>((resolve) => server.listen(behaviour.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    received,
    connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function secured(socket: Socket, { key, cert }: { key: string; cert: string }): TLSSocket {
  const wrapped = new TLSSocket(socket, { isServer: true, key, cert });
  wrapped.on('error', () => undefined);
  return wrapped;
}

function talk(socket: Socket, behaviour: SmtpBehaviour, { received, greet }: { received: Received[]; greet: boolean }) {
  let text = '';
  let envelope = { from: '', to: '' };
  let inside = false;
  let working = Promise.resolve();
  const say = (line: string): void => {
    socket.write(`${line}\r\n`);
  };
  const normal = (command: string, line: string): string => {
    const encrypted = socket instanceof TLSSocket;
    if (command === 'EHLO')
      return [
        '250-test',
        ...(behaviour.tls?.at === 'starttls' && !encrypted ? ['250-STARTTLS'] : []),
        ...(behaviour.user ? ['250-AUTH PLAIN'] : []),
        '250 OK',
      ].join('\r\n');
    if (command === 'AUTH') {
      const [, name, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
        .toString()
        .split('\0');
      const { user } = behaviour;
      return user && name === user.name && password === user.password ? '235 welcome' : '535 no';
    }
    if (command === 'DATA') return '354 go on';
    if (command === 'QUIT') return '221 bye';
    return '250 OK';
  };
  const take = async (line: string): Promise<void> => {
    const command = inside ? '.' : (line.split(/[ :]/)[0] ?? '').toUpperCase();
    const answer = (await behaviour.answer?.(command, line)) ?? undefined;
    if (answer === 'silence') return;
    if (answer === 'door') {
      socket.destroy();
      return;
    }
    const reply = answer ?? normal(command, line);
    if (inside) {
      inside = false;
      if (reply.startsWith('250')) {
        const messageId = /^message-id:\s*(\S+)/im.exec(line)?.[1] ?? '';
        received.push({ ...envelope, raw: line, messageId, encrypted: socket instanceof TLSSocket });
      }
    }
    if (command === 'MAIL') envelope = { from: addressIn(line), to: '' };
    if (command === 'RCPT') envelope = { ...envelope, to: envelope.to + addressIn(line) };
    if (command === 'DATA' && reply.startsWith('354')) inside = true;
    say(reply);
    if (command === 'QUIT') socket.end();
    if (command === 'STARTTLS' && behaviour.tls && reply.startsWith('2')) {
      socket.removeAllListeners('data');
      talk(secured(socket, behaviour.tls), behaviour, { received, greet: false });
    }
  };
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    working = working.then(async () => {
      for (;;) {
        const end = text.indexOf(inside ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + (inside ? 5 : 2));
        await take(line);
      }
    });
  });
  if (greet) say('220 test');
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
