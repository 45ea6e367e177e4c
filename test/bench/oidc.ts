// OpenID Connect: Préau against the bare library in the same run, turn by turn, on the same core.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '../postgres.ts';
import type { BareSettings } from './bare.ts';
import { type Child, cores, messageOf, moveTo, startChild } from './children.ts';
import { Browser, Connection, drive } from './load.ts';
import { errorsOf, type Metered, metered, type Pace } from './metered.ts';
import { type Client, discover, type Endpoints, introspect, machineToken, refresh, signIn } from './oidc-flows.ts';
import { type Modules, openPreau, PASSWORD, type Preau } from './preau.ts';
import { fixed, mebibytes, median, say, table, title, whole } from './print.ts';

const CONNECTIONS = 16;
const MODULES = 5;
/** Seconds before the first round, so that both run compiled code. */
const WARM = 3;

/** One of the two providers, with what its clients need to know. */
interface Side {
  readonly name: string;
  readonly child: Child;
  readonly endpoints: Endpoints;
  readonly machine: Client;
  readonly modules: readonly Client[];
  /** Signs a worker's person in for the first time, whatever pages that takes. */
  readonly firstSignIn: (browser: Browser, worker: number, client: Client) => ReturnType<typeof signIn>;
  readonly connections: readonly Connection[];
}

interface Scenario {
  readonly name: string;
  /** The share of the bare library's rate that is asked for. */
  readonly target: number;
  readonly prepare: (side: Side) => Promise<(worker: number) => Promise<unknown>>;
}

const scenarios: readonly Scenario[] = [
  {
    name: 'client_credentials, JWT',
    target: 0.9,
    prepare: async ({ connections, endpoints, machine }) => {
      return (worker) => machineToken(connections[worker]!, endpoints, machine, 'rights');
    },
  },
  {
    name: 'refresh, rotating',
    target: 0.5,
    prepare: async (side) => {
      const [module] = side.modules;
      const chains = await signInAll(side);
      return async (worker) => {
        const { connections, endpoints } = side;
        chains[worker] = await refresh(connections[worker]!, endpoints, module!, chains[worker]!);
      };
    },
  },
  {
    name: 'second module, authorize + token',
    target: 0.5,
    prepare: async (side) => {
      const browsers = side.connections.map((connection) => new Browser(connection));
      for (const [worker, browser] of browsers.entries())
        for (const module of side.modules) await side.firstSignIn(browser, worker, module);
      let turn = 0;
      return (worker) => {
        turn += 1;
        const client = side.modules[turn % MODULES]!;
        return signIn(browsers[worker]!, { endpoints: side.endpoints, client, scope: 'openid' });
      };
    },
  },
  {
    name: 'introspection, opaque',
    target: 0.6,
    prepare: async (side) => {
      const [module] = side.modules;
      const tokens = await signInAll(side, 'access_token');
      return (worker) => introspect(side.connections[worker]!, side.endpoints, module!, tokens[worker]!);
    },
  },
];

export async function benchOidc(pace: Pace): Promise<void> {
  title('OpenID Connect: Préau (embedded SQLite, audit on) against bare oidc-provider (maps in memory)');
  say(`${CONNECTIONS} connections, ${pace.rounds} rounds of ${pace.seconds} s each, turn by turn; medians of rounds.`);
  say(
    cores ? 'The servers run on one core, the load on another.' : 'No taskset here: servers and load share the cores.',
  );
  const preau = await openPreau({ schools: 1, modules: MODULES, accounts: CONNECTIONS * 4 });
  const sides = [await startBare(preau.clients), await startPreau(preau)] as const;
  moveTo(cores?.load);
  try {
    const rows = [];
    const wanted = process.env.BENCH_ONLY;
    for (const scenario of scenarios.filter(({ name }) => !wanted || name.startsWith(wanted)))
      rows.push(await compare(scenario, sides, pace));
    say();
    table(['', 'bare/s', 'Préau/s', 'ratio', 'asked', 'CPU ms bare', 'Préau', 'ratio', 'p95 ms', 'errors'], rows);
    if (!wanted || 'login'.startsWith(wanted)) await logins(sides[1], preau, pace);
    const { memory } = await sides[1].child.meter();
    say(`\nResident memory of Préau at the end: ${mebibytes(memory)}.`);
  } finally {
    moveTo(undefined);
    for (const side of sides) for (const connection of side.connections) connection.close();
    for (const side of sides) await side.child.stop();
    preau.close();
  }
}

/** A whole login, page and all, against nothing but the verification of the same hashes, as many at once. */
async function logins(side: Side, preau: Preau, pace: Pace): Promise<void> {
  const ceiling = startChild(join(import.meta.dirname, 'hashing.js'), {
    core: cores?.server,
    args: [String(CONNECTIONS), PASSWORD],
  });
  await messageOf(ceiling.process);
  let turn = 0;
  const login = (worker: number) => {
    turn += 1;
    const browser = new Browser(side.connections[worker]!);
    return preau.signIn(browser, side.endpoints, turn, side.modules[0]!);
  };
  await drive(CONNECTIONS, WARM, login);
  const hashes: Hashes[] = [];
  const runs: Metered[] = [];
  for (let round = 0; round < pace.rounds; round += 1) {
    hashes.push(await verifyFor(ceiling, pace.seconds));
    runs.push(await metered(side.child, login, { seconds: pace.seconds, connections: CONNECTIONS }));
  }
  await ceiling.stop();
  const cpu = [median(hashes.map((one) => one.cpu)), median(runs.map((run) => run.cpu))] as const;
  say();
  table(
    ['', 'argon2id/s', 'Préau/s', 'ratio', 'asked', 'CPU ms argon2id', 'Préau', 'ratio', 'p95 ms', 'errors'],
    [
      [
        'password login, whole way',
        fixed(median(hashes.map((one) => one.rate)), 1),
        fixed(median(runs.map((run) => run.rate)), 1),
        fixed(median(runs.map((run, round) => run.rate / hashes[round]!.rate))),
        '0.7',
        fixed(cpu[0], 1),
        fixed(cpu[1], 1),
        fixed(cpu[0] / cpu[1]),
        fixed(median(runs.map((run) => run.run.p95)), 1),
        errorsOf(runs),
      ],
    ],
  );
}

type Hashes = Pick<Metered, 'rate' | 'cpu'>;

async function verifyFor(ceiling: Child, seconds: number): Promise<Hashes> {
  const before = await ceiling.meter();
  ceiling.process.send(seconds * 1000);
  const rate = (await messageOf(ceiling.process)) as number;
  const after = await ceiling.meter();
  return { rate, cpu: (after.cpu - before.cpu) / (rate * seconds) };
}

async function compare(scenario: Scenario, sides: readonly [Side, Side], pace: Pace): Promise<string[]> {
  const steps = [];
  for (const side of sides) {
    const step = await scenario.prepare(side);
    await drive(CONNECTIONS, WARM, step);
    steps.push(step);
  }
  const runs: [Metered[], Metered[]] = [[], []];
  for (let round = 0; round < pace.rounds; round += 1)
    for (const index of [0, 1] as const)
      runs[index].push(
        await metered(sides[index].child, steps[index]!, { seconds: pace.seconds, connections: CONNECTIONS }),
      );
  const rate = runs.map((each) => median(each.map((run) => run.rate))) as [number, number];
  const cpu = runs.map((each) => median(each.map((run) => run.cpu))) as [number, number];
  return [
    scenario.name,
    whole(rate[0]),
    whole(rate[1]),
    fixed(median(runs[1].map((run, round) => run.rate / runs[0][round]!.rate))),
    fixed(scenario.target, 1),
    fixed(cpu[0], 3),
    fixed(cpu[1], 3),
    fixed(cpu[0] / cpu[1]),
    fixed(median(runs[1].map(({ run }) => run.p95)), 1),
    errorsOf(runs.flat()),
  ];
}

/** Signs every worker's person in to the first module; gives one kind of token each. */
async function signInAll(side: Side, kind: 'access_token' | 'refresh_token' = 'refresh_token'): Promise<string[]> {
  const tokens: string[] = [];
  for (const [worker, connection] of side.connections.entries()) {
    const got = await side.firstSignIn(new Browser(connection), worker, side.modules[0]!);
    const token = got[kind];
    if (!token) throw new Error(`${side.name} gave no ${kind}`);
    tokens.push(token);
  }
  return tokens;
}

async function startBare({ machine, modules }: Modules): Promise<Side> {
  const port = await freePort();
  const clients = [machine, ...modules].map((client) => ({ ...client, secret: randomBytes(32).toString('base64url') }));
  const settings: BareSettings = { port, clients, scopes: ['rights'] };
  const child = startChild(join(import.meta.dirname, 'bare.js'), {
    core: cores?.server,
    env: { BENCH_BARE: JSON.stringify(settings) },
  });
  await messageOf(child.process);
  const connections = openConnections(`http://localhost:${port}`);
  const endpoints = await discover(connections[0]!);
  const [first, ...others] = clients as [Client, ...Client[]];
  return {
    name: 'bare',
    child,
    endpoints,
    connections,
    machine: first,
    modules: others,
    firstSignIn: (browser, worker, client) =>
      signIn(browser, { endpoints, client, scope: 'openid', loginHint: `person-${worker}` }),
  };
}

async function startPreau(preau: Preau): Promise<Side> {
  const child = await preau.serve(cores?.server);
  const connections = openConnections(preau.origin);
  const endpoints = await discover(connections[0]!);
  return {
    name: 'Préau',
    child,
    endpoints,
    connections,
    ...preau.clients,
    firstSignIn: (browser, worker, client) => preau.signIn(browser, endpoints, worker, client),
  };
}

function openConnections(origin: string): Connection[] {
  return Array.from({ length: CONNECTIONS }, () => new Connection(origin));
}
