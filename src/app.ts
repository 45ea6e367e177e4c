// The whole server on one screen: middleware in order, rooms mounted, and how it starts and stops.
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import type { Logger } from 'pino';
import { openWithdrawn } from './accounts/withdrawn.ts';
import { countedIn, openUsage } from './acts/usage.ts';
import { apiRoutes } from './api/api.ts';
import { watchCertificates } from './app/certificates.ts';
import { type Door, fileFaults, openDoor } from './app/door.ts';
import { openHealth } from './app/health.ts';
import { expectShortLives } from './app/heap.ts';
import { holders } from './app/held.ts';
import { jobsOf } from './app/jobs.ts';
import { endWithin, STOP_TIMES, type StopTimes, watchConnections } from './app/stopping.ts';
import { openTrail } from './audit/audit.ts';
import { type DecisionEntry, type DecisionLog, openDecisionLog } from './audit/decisions.ts';
import { type Config, loadConfig } from './config.ts';
import { frame, openLog } from './http/http.ts';
import { describeError } from './http/refusals.ts';
import { recogniseWorkstation } from './http/workstation.ts';
import { openSchedule } from './jobs/schedule.ts';
import { isEndpoint } from './oidc/endpoints.ts';
import { listModules } from './oidc/modules.ts';
import { type IdentityProvider, openIdentityProvider } from './oidc/oidc.ts';
import { keepProcessing } from './oidc/processing.ts';
import { publishFirst } from './portal/notices/content.ts';
import { portalRoutes, providerPages } from './portal/portal.ts';
import { openConsultations } from './privacy/consultations.ts';
import { openLaunchChecks } from './privacy/launch-checks.ts';
import { presentVersion } from './rights/document.ts';
import { openGraphs } from './rights/graph/graphs.ts';
import { activatePolicy } from './rights/versions.ts';
import { openStatements } from './storage/statements.ts';
import { type Db, openDatabase, requireCurrentSchema } from './storage/storage.ts';

/** What holds the process this long after all has ended, or should have, is left behind. */
const LEAVE_MS = 500;

export interface App {
  readonly provider: IdentityProvider;
  /** Starts to answer on the configured host and port; resolves to the port taken. */
  listen(): Promise<number>;
  /**
   * Stops being ready, and says so for a while to those who asked; finishes what is under way, writes what waits. The
   * database stays the caller's. Gives whether all ended in time: the log names what did not.
   */
  close(times?: StopTimes): Promise<boolean>;
}

/** Opens every room over a migrated database. */
export async function openApp({ config, db, log }: { config: Config; db: Db; log?: Logger }): Promise<App> {
  const logger = log ?? openLog(config);
  const jobFailed = (error: unknown): void => logger.error(describeError(error), 'job failed');
  const onRenewed = (): void => logger.info('certificate taken up');
  const door = openDoor(config, { onRenewed, onError: jobFailed }); // first: a file that is amiss opens nothing
  const usage = openUsage(db, { onError: jobFailed });
  // one set for all that a sign-in writes: each connection that waits for another's lock holds a thread of few
  const hot = await openStatements(db);
  const written = openTrail(db, {
    statements: hot,
    onError: (error) => logger.error({ error: String((error as Error).name) }, 'trail not written'),
  });
  const trail = countedIn(usage, written);
  const statements = await openStatements(db);
  // what is asked comes by hundreds: what memory is kept true by must not wait behind it
  const watching = await openStatements(db);
  const rights = openGraphs(db, { statements, reading: watching, memory: config.rightsMemory, onError: jobFailed });
  const provider = await openIdentityProvider({
    db,
    config,
    trail,
    pages: providerPages(config),
    rights,
    statements: hot,
    gaveUp: (client, ends) =>
      logger.warn({ client, ends }, 'ends of sessions given up: the module took no news of them'),
    onError: jobFailed,
  });
  await activatePolicy(db, { at: Date.now(), actor: 'system' });
  const modules = await listModules(db);
  await keepProcessing(db, { modules, decisionMonths: config.decisions.months, at: Date.now(), actor: 'system' });
  await publishFirst(db, { config, at: Date.now() });
  const decisions = openDecisionLog(db, {
    policy: presentVersion,
    sample: config.decisions.sample,
    onError: (error) => logger.error({ error: String((error as Error).name) }, 'decisions not written'),
    onDropped: (count) => logger.error({ count }, 'decisions dropped'),
  });
  const consultations = openConsultations(db, { onError: jobFailed });
  const launchChecks = openLaunchChecks(db, { onError: jobFailed });
  const withdrawn = await openWithdrawn(watching, { onError: jobFailed });
  const certificates = watchCertificates(db, config, { log: logger, onError: jobFailed });
  const health = openHealth(db);

  const app = new Koa();
  frame(app, { config, log: logger });
  app.use(health.middleware);
  // programs ask all day: what they ask is found before what is for browsers, and before the list of pages
  app.use(
    apiRoutes({
      db,
      provider,
      config,
      rights,
      decisions: alsoNoted(decisions, [consultations, launchChecks]),
      withdrawn,
    }).routes(),
  );
  app.use(recogniseWorkstation(db));
  app.use(certificates.health);
  const openid = provider.middleware();
  app.use((ctx, next) => (isEndpoint(ctx.path) ? openid(ctx, async () => undefined) : next()));
  const portal = portalRoutes({ db, provider, config, holders, rights, trail, statements: hot });
  app.use(portal.routes()).use(portal.allowedMethods());
  app.use(openid);

  door.server.on('request', app.callback());
  const connections = watchConnections(door.server);
  const schedule = openSchedule(db, jobsOf(config), { onError: jobFailed });

  return {
    provider,
    listen: () => listen(door, config),
    close: async ({ answersMs, allMs } = STOP_TIMES) => {
      const until = performance.now() + answersMs;
      const unended = await endWithin(
        allMs,
        async (part) => {
          const jobs = part('jobs', schedule.close());
          door.close();
          if (health.leave()) await sleep(Math.min(config.drainMs, answersMs));
          await part('requests', connections.end(until - performance.now()));
          withdrawn.close();
          // side by side: each may wait for the lock of a long writer, and what each has to write is little
          const modules = part('modules', provider.close());
          await Promise.all([
            jobs,
            part('certificates', certificates.close()),
            part('decisions', decisions.close()),
            part('consultations', consultations.close()),
            part('launch checks', launchChecks.close()),
            part('rights', modules.then(rights.close)),
            part('trail', modules.then(trail.close)),
            part('usage', modules.then(usage.close)),
          ]);
          await part('statements', Promise.all([statements.close(), watching.close(), hot.close()]));
        },
        jobFailed,
      );
      const [events, decided] = [trail.waiting, decisions.waiting];
      if (unended.length + events + decided === 0) return true;
      logger.error({ unended, events, decisions: decided }, 'stopped with work undone');
      return false;
    },
  };
}

/** What decides is logged, and noted for the persons concerned: outside the request, both. */
function alsoNoted(
  decisions: DecisionLog,
  notes: readonly { note(entry: DecisionEntry): void }[],
): Pick<DecisionLog, 'record' | 'write'> {
  return {
    record: (entry) => {
      for (const one of notes) one.note(entry);
      return decisions.record(entry);
    },
    write: (entry) => {
      for (const one of notes) one.note(entry);
      return decisions.write(entry);
    },
  };
}

/** `preau serve`: opens everything from the settings and runs until it is asked to stop. */
export async function serve(times: StopTimes = STOP_TIMES): Promise<void> {
  expectShortLives();
  const config = loadConfig(undefined, fileFaults);
  const log = openLog(config);
  const db = openDatabase(config.database);
  try {
    await requireCurrentSchema(db);
    const app = await openApp({ config, db, log });
    const port = await app.listen();
    log.info({ issuer: config.issuer, host: config.host, port }, 'ready');
    await asked('SIGTERM', 'SIGINT');
    log.info('stopping');
    leaveAfter(times.allMs + LEAVE_MS, log);
    if (!(await app.close(times))) process.exit(1); // what has not ended would hold the process for as long
    log.info('stopped');
  } finally {
    await db.destroy();
  }
}

/** Ends the process should something hold it still then: the work of a request that nobody waits for any more. */
function leaveAfter(ms: number, log: Logger): void {
  const leave = (): void => {
    log.error('left with work under way');
    process.exit(1);
  };
  setTimeout(leave, ms).unref();
}

function listen({ server }: Door, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function asked(...signals: NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve());
  });
}
