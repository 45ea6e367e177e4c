// What the provider does, traced: who signed in where, what was issued and refused. Keys only.
import type Provider from 'oidc-provider';
import type { AuditEvent, Trail } from '../audit/audit.ts';
import { moduleGrants } from './sheet.ts';

export interface Traces {
  /** Listens to a provider; a new one is listened to when keys change. */
  watch(provider: Provider): void;
  record(event: AuditEvent): void;
  /** Says of a request which offer it opens at a publisher: traced once its person is let in. */
  opens(ctx: object, offer: string): void;
  /** Counts what the token endpoint gave, now that it is kept; `error` says that it came to nothing after all. */
  settled(ctx: object, error?: string): void;
  /** Counts an event that names no person: one row per second says how many times. */
  count(event: Omit<AuditEvent, 'at'>): void;
  close(): void;
}

const COUNTED_OVER = 1_000;

export function openTraces(trail: Trail): Traces {
  const counts = new Map<string, { event: Omit<AuditEvent, 'at'>; times: number }>();
  const write = (): void => {
    const at = Date.now();
    for (const { event, times } of counts.values())
      trail.record({ ...event, at, details: { ...event.details, times } });
    counts.clear();
  };
  const granted: Granted = new WeakMap();
  const opened = new WeakMap<object, string>();
  const timer = setInterval(write, COUNTED_OVER);
  timer.unref();
  const traces: Traces = {
    record: (event) => trail.record(event),
    opens: (ctx, offer) => {
      opened.set(ctx, offer);
    },
    count: (event) => {
      const name = JSON.stringify(event);
      const held = counts.get(name);
      if (held) held.times += 1;
      else counts.set(name, { event, times: 1 });
    },
    settled: (ctx, error) => {
      const given = granted.get(ctx);
      granted.delete(ctx);
      if (!given) return;
      const { client, grant } = given;
      if (error === undefined) traces.count({ event: 'token.issued', client, details: { grant } });
      else traces.count({ event: 'token.refused', client, details: { grant, error } });
    },
    watch: (provider) => watch(provider, traces, { granted, opened }),
    close: () => {
      clearInterval(timer);
      write();
    },
  };
  return traces;
}

/** What the token endpoint is about to give, by request. */
type Granted = WeakMap<object, { readonly client: string | undefined; readonly grant: string }>;

function watch(
  provider: Provider,
  traces: Traces,
  { granted, opened }: { granted: Granted; opened: WeakMap<object, string> },
): void {
  // who entered which module is told when they enter it; the tokens that follow are counted
  provider.on('grant.success', (ctx) => {
    const { client, params } = ctx.oidc;
    granted.set(ctx, { client: client?.clientId, grant: grantOf(params?.grant_type) });
  });
  provider.on('grant.error', ({ oidc }, { error }) => {
    traces.count({
      event: 'token.refused',
      client: oidc.entities.Client?.clientId,
      details: { grant: grantOf(oidc.params?.grant_type), error },
    });
  });
  provider.on('authorization.success', (ctx) => {
    const { session, client } = ctx.oidc;
    const entered = { at: Date.now(), actor: session?.accountId, client: client?.clientId };
    traces.record({ event: 'module.entered', ...entered });
    const offer = opened.get(ctx);
    if (offer !== undefined) traces.record({ event: 'resource.opened', ...entered, details: { offer } });
  });
  provider.on('authorization.error', ({ oidc }, { error }) => {
    traces.count({ event: 'module.refused', client: oidc.entities.Client?.clientId, details: { error } });
  });
  provider.on('grant.revoked', ({ oidc }) => {
    traces.record({
      event: 'grant.revoked',
      at: Date.now(),
      subject: oidc.entities.Account?.accountId ?? oidc.session?.accountId,
      client: oidc.entities.Client?.clientId,
      details: { at: oidc.route },
    });
  });
  provider.on('end_session.success', ({ oidc }) => {
    if (oidc.session?.accountId)
      traces.record({ event: 'session.ended', at: Date.now(), actor: oidc.session.accountId });
  });
}

/** The text of a request is kept only when it is one of ours. */
function grantOf(asked: unknown): string {
  return moduleGrants.find((grant) => grant === asked) ?? 'other';
}
