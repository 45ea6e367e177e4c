// The ports of the demo: Préau's, and the next ones for the module and the publishers; asked for before anything is built.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Refusal } from '../errors.ts';

/** Below the ports that systems lend to outgoing connections, which come and go between the look and the listening. */
const BELOW_OUTGOING = { from: 10_000, to: 32_000 } as const;

/** The port of Préau, once it and those that follow are known to be free, `count` in all; 0 asks for any such row. */
export async function freePorts(wanted: number, count: number): Promise<number> {
  const rowFrom = (first: number) => Array.from({ length: count }, (_, place) => first + place);
  if (wanted !== 0) {
    for (const port of rowFrom(wanted)) if (!(await isFree(port))) throw portTaken(port);
    return wanted;
  }
  for (let tries = 0; tries < 50; tries += 1) {
    const first = randomInt(BELOW_OUTGOING.from, BELOW_OUTGOING.to);
    const row = await Promise.all(rowFrom(first).map(isFree));
    if (row.every(Boolean)) return first;
  }
  throw new Refusal('unavailable', 'expected free ports in a row');
}

/** The refusal for a port that something else has taken. */
export function portTaken(port: number): Refusal {
  const told =
    port > 65535
      ? `port \`${port}\` does not exist: the demo takes the ports after PREAU_PORT too, choose a smaller one`
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
