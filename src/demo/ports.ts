// The two ports of the demo: Préau's, and the next one for the module; asked for before anything is built.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Refusal } from '../errors.ts';

/** Below the ports that systems lend to outgoing connections, which come and go between the look and the listening. */
const BELOW_OUTGOING = { from: 10_000, to: 32_000 } as const;

/** The port of Préau, once it and the next are known to be free; 0 asks for any such pair. */
export async function freePair(wanted: number): Promise<number> {
  if (wanted !== 0) {
    for (const port of [wanted, wanted + 1]) if (!(await isFree(port))) throw portTaken(port);
    return wanted;
  }
  for (let tries = 0; tries < 50; tries += 1) {
    const port = randomInt(BELOW_OUTGOING.from, BELOW_OUTGOING.to);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Refusal('unavailable', 'expected two free ports in a row');
}

/** The refusal for a port that something else has taken. */
export function portTaken(port: number): Refusal {
  const told =
    port > 65535
      ? `port \`${port}\` does not exist: the module takes the port after PREAU_PORT, choose a smaller one`
      : `port \`${port}\` is already taken on this machine: choose another with PREAU_PORT`;
  return new Refusal('bad_setting', told, { port });
}

/** On both loopback addresses: a browser that asks for `localhost` may try either first. */
async function isFree(port: number): Promise<boolean> {
  if (port > 65535) return false;
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // a machine without IPv6 has no such address: nobody else listens there
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
