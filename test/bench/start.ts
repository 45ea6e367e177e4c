// Start and memory: from the spawn of `preau serve` to its first ready answer, and what it holds before and after traffic.
import { spawnSync } from 'node:child_process';
import { cores, moveTo } from './children.ts';
import { Browser, Connection } from './load.ts';
import type { Pace } from './metered.ts';
import { discover } from './oidc-flows.ts';
import { openPreau } from './preau.ts';
import { fixed, mebibytes, median, say, table, title, whole } from './print.ts';

const LOGINS = 1_000;
const CONNECTIONS = 16;

export async function benchStart({ rounds }: Pace): Promise<void> {
  title('Start and memory');
  const preau = await openPreau({ schools: 1, modules: 1, accounts: 64 });
  moveTo(cores?.load);
  try {
    const empty: number[] = [];
    const ready: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      empty.push(performance.now() - start);
      const child = await preau.serve(cores?.server);
      ready.push(child.readyAfter);
      await child.stop();
    }
    const child = await preau.serve(cores?.server);
    const fresh = await child.meter();
    const failed = await logIn(preau);
    const used = await child.meter();
    await child.stop();
    say();
    table(
      ['', 'Préau', 'an empty Node process'],
      [
        [`from spawn to ready, median of ${rounds}`, `${whole(median(ready))} ms`, `${whole(median(empty))} ms`],
        ['processor time until ready', `${whole(fresh.cpu)} ms`],
        ['resident memory when ready', mebibytes(fresh.memory)],
        [`resident memory after ${whole(LOGINS)} logins (${failed} failed)`, mebibytes(used.memory)],
        ['processor time per login', `${fixed((used.cpu - fresh.cpu) / LOGINS)} ms`],
      ],
    );
  } finally {
    moveTo(undefined);
    preau.close();
  }
}

/** A thousand whole logins; returns how many failed. */
async function logIn(preau: Awaited<ReturnType<typeof openPreau>>): Promise<number> {
  const endpoints = await discover(new Connection(preau.origin));
  let next = 0;
  let failed = 0;
  const worker = async () => {
    const connection = new Connection(preau.origin);
    while (next < LOGINS) {
      next += 1;
      const browser = new Browser(connection);
      await preau.signIn(browser, endpoints, next, preau.clients.modules[0]!).catch(() => {
        failed += 1;
      });
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return failed;
}
