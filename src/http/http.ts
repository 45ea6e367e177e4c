// The door frame: what every request goes through before it reaches a page, the API or the OpenID provider.
import type Koa from 'koa';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import { refuseContent, securityHeaders } from './headers.ts';
import { rememberLanguage } from './locale.ts';
import { answerRefusals, describeError } from './refusals.ts';
import { frameOf, logRequests, nameRequests, refuseNul, requireOwnHost } from './requests.ts';

/** Puts the frame around an application, before any of its routes. */
export function frame(app: Koa, { config, log }: { config: Config; log: Logger }): void {
  app.proxy = config.trustProxy;
  // of a list of addresses only the last was written by the proxy we trust
  app.maxIpsCount = 1;
  app.on('error', (error: unknown, ctx?: Koa.Context) => logError(log, error, ctx));
  const inOrder = [
    nameRequests(config, log),
    securityHeaders(config),
    refuseContent(),
    logRequests(),
    answerRefusals(),
    requireOwnHost(config),
    refuseNul(),
    rememberLanguage(),
  ];
  for (const middleware of inOrder) app.use(middleware);
}

/** The server's log: JSON lines on standard output, or where `destination` says. Never a name, a password, a token or a code. */
export function openLog(config: Config, destination?: DestinationStream): Logger {
  const options = { level: config.logLevel, base: null };
  return destination ? pino(options, destination) : pino(options);
}

/** What failed after the answer had begun, or inside the OpenID provider, which answers by itself. */
function logError(log: Logger, error: unknown, ctx?: Koa.Context): void {
  const told = { ...(ctx && { request: frameOf(ctx).requestId }), ...describeError(error) };
  // the browser went away, or what it sent is no HTTP: nothing is wrong with us
  const gone = told.code === 'EPIPE' || told.code === 'ECONNRESET' || told.code?.startsWith('HPE_');
  log[gone ? 'debug' : 'error'](told, 'unexpected error');
}
