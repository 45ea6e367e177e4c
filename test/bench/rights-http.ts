// Rights over HTTP: how many decisions a second a server gives on the wire, every one compared with the right answer.
import { cores, moveTo } from './children.ts';
import { Connection, drive, expectStatus } from './load.ts';
import { errorsOf, type Metered, metered, type Pace } from './metered.ts';
import { type Client, discover, machineToken } from './oidc-flows.ts';
import type { Preau } from './preau.ts';
import { fixed, mebibytes, median, say, table, whole } from './print.ts';

const BATCH = 50;
const QUESTIONS = 20_000;

/** A question as it goes over the wire, and its answer. */
export interface Asked {
  readonly item: object;
  readonly expected: boolean;
}

/** Questions of the mix about logbooks. */
export async function overHttp(preau: Preau, pace: Pace, atOnce: readonly number[]): Promise<void> {
  const asked = await questionsOnTheWire(preau);
  await questionsOverHttp(preau, pace, { asked, atOnce, client: preau.clients.machine });
}

/** Single questions and batches, over so many connections at once, against the server on one core. */
export async function questionsOverHttp(
  preau: Preau,
  pace: Pace,
  { asked, atOnce, client }: { asked: readonly Asked[]; atOnce: readonly number[]; client: Client },
): Promise<void> {
  const child = await preau.serve(cores?.server);
  moveTo(cores?.load);
  const connections = Array.from({ length: Math.max(...atOnce) }, () => new Connection(preau.origin));
  try {
    const token = await machineToken(connections[0]!, await discover(connections[0]!), client, 'rights');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const post = (worker: number, path: string, body: object) =>
      connections[worker]!.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
    let turn = 0;
    const single = async (worker: number) => {
      const { item, expected } = asked[turn++ % asked.length]!;
      const answer = expectStatus(await post(worker, '/access/v1/evaluation', item), 200);
      if (JSON.parse(answer.text).decision !== expected) throw new Error(`a decision is not ${expected}`);
    };
    const batch = async (worker: number) => {
      const some = Array.from({ length: BATCH }, () => asked[turn++ % asked.length]!);
      const body = { evaluations: some.map(({ item }) => item) };
      const answer = expectStatus(await post(worker, '/access/v1/evaluations', body), 200);
      const decisions = (JSON.parse(answer.text).evaluations as { decision: boolean }[]).map(
        ({ decision }) => decision,
      );
      const wrong = some.filter(({ expected }, place) => decisions[place] !== expected).length;
      if (wrong > 0 || decisions.length !== BATCH) throw new Error(`${wrong} wrong of ${decisions.length} decisions`);
    };
    const idle = async (worker: number) => expectStatus(await connections[worker]!.send('/health/live'), 200);
    const everyQuestion = asked.length / BATCH;
    const first = await drive(8, Number.POSITIVE_INFINITY, batch, everyQuestion);
    say(
      `\nRight after a start, with nothing in memory: ${whole(asked.length)} decisions in ${fixed(first.seconds, 1)} s, wrong: ${first.firstError ?? 0}. Then, from memory:`,
    );
    // what was read while nothing was there is followed by what is asked for by then
    await drive(8, Number.POSITIVE_INFINITY, batch, 2 * everyQuestion);
    const rows = [];
    for (const count of atOnce)
      for (const [name, step, each] of [
        ['an empty answer (baseline)', idle, 1],
        ['evaluation', single, 1],
        [`evaluations, ${BATCH} each`, batch, BATCH],
      ] as const) {
        await drive(count, Math.max(2, pace.seconds), step);
        const runs: Metered[] = [];
        for (let round = 0; round < pace.rounds; round += 1)
          runs.push(await metered(child, step, { seconds: pace.seconds, connections: count }));
        const rate = median(runs.map((one) => one.rate));
        const { p50, p95, p99 } = runs[0]!.run;
        const times = [p50, p95, p99].map((time) => fixed(time, 1));
        const cpu = fixed(median(runs.map((one) => one.cpu)) / each, 3);
        rows.push([name, String(count), whole(rate), whole(rate * each), cpu, ...times, errorsOf(runs)]);
      }
    say('\nOver HTTP (AuthZEN), SQLite, server on one core. Baseline: an empty answer of the same server.\n');
    table(['', 'at once', 'requests/s', 'decisions/s', 'CPU ms each', 'p50 ms', 'p95 ms', 'p99 ms', 'wrong'], rows);
    say(`\nResident after that: ${mebibytes((await child.meter()).memory)}.`);
  } finally {
    moveTo(undefined);
    for (const connection of connections) connection.close();
    await child.stop();
  }
}

/** Questions of the mix, their persons named as the module knows them. */
async function questionsOnTheWire(preau: Preau): Promise<Asked[]> {
  const checks = Array.from({ length: QUESTIONS }, () => preau.workload.check());
  const subjects = await preau.subjectsOf(checks.map(({ person }) => person));
  return checks.map(({ person, action, logbook, expected }) => ({
    expected,
    item: {
      subject: { type: 'user', id: subjects.get(person) },
      action: { name: action },
      resource: { type: 'logbook', id: logbook },
    },
  }));
}
