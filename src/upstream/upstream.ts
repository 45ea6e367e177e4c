// Signing in through a provider of identities: the one door to it. It makes no request: browsers carry what is said.
import type { Origin } from '../accounts/accounts.ts';
import { trace } from '../accounts/origin.ts';
import { accountOf } from '../accounts/records.ts';
import { addressHash, knownUntil, release, rememberAddress, reserve, scopeOf } from '../accounts/throttle.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import type { Join } from '../families/families.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Arrival, arrivalOf, joinAll } from './arrival.ts';
import { keepAssertion, takeAssertion, takenAssertion, type Used, useAssertion } from './keeping.ts';
import { keepLink } from './links.ts';
import { openByUpstream } from './opening.ts';
import { holdProvider, openProviders } from './providers.ts';
import { requestNamed } from './requests.ts';
import { issuerOf, metadataOf, requestTo, usAt, verifyResponse } from './saml.ts';
import { liveCertificates, type Provider } from './sheet.ts';
import { Refused } from './xml.ts';

export type { Arrival } from './arrival.ts';
export type { Provider } from './sheet.ts';

/** Somebody let in: who, in which epoch of their account, through which provider, and what came to it just now. */
export interface Entered {
  readonly person: string;
  readonly epoch: number;
  readonly provider: string;
  /** When they showed who they are, over there; UTC milliseconds. */
  readonly since: number;
  readonly joined: readonly Join[];
}

/**
 * An assertion that a browser has come for, where it leads, and who said it. `stale`: whoever it names showed who they are
 * too long ago, and must be asked anew.
 */
export interface Arrived {
  readonly provider: Provider;
  readonly arrival: Arrival | { readonly kind: 'stale' };
}

export interface Upstream {
  /** The providers that sign people in now. */
  providers(): Promise<readonly Provider[]>;
  /** Where to send a browser, and the id of the request it is sent with. `unknown_upstream`, and of one whose certificates ended */
  begin(asked: { provider: string; anew: boolean; at: number }): Promise<{ address: string; request: string }>;
  /**
   * Takes a response, whoever posts it, and gives the handle under which the browser that asked comes for it. `upstream_refused`
   * whatever is wrong: `onRefused` hears what. `too_many_tries` where many were refused: in answer to the same request, or,
   * where they answer none of ours, from the same address.
   */
  receive(given: Origin & { response: string; onRefused: (why: string) => void }): Promise<{ handle: string }>;
  /** Hands an assertion to a browser that made one of these requests; nothing when it did not, or it came before. */
  take(asked: {
    handle: string;
    requests: readonly string[];
    at: number;
  }): Promise<{ id: string; request: string } | undefined>;
  /** Where a taken assertion leads now: it changes nothing. Whom it let in when it was used a moment ago. `upstream_over` */
  arrival(asked: {
    assertion: string;
    chosen?: string;
    since: number;
    at: number;
  }): Promise<Arrived | { person: string }>;
  /** Lets in who has an account; what else the assertion names of them comes to it. `upstream_over` */
  enter(asked: Origin & { assertion: string; chosen?: string; since: number }): Promise<Entered>;
  /** Opens the account that was shown, by the person's own act, and lets them in. `upstream_over` */
  open(asked: Origin & { assertion: string; person: string; since: number }): Promise<Entered>;
  /** What providers read of us. */
  metadata(): string;
}

/** Opens the room on a migrated database. */
export function openUpstream(db: Db, config: Pick<Config, 'issuer' | 'keyFor'>): Upstream {
  const us = usAt(config.issuer);
  const key = config.keyFor('upstream');
  const providers = openProviders(db);
  const named = async (id: string): Promise<Provider> => {
    const provider = (await providers()).find((one) => one.id === id);
    if (!provider) throw new Refusal('unknown_upstream', 'expected a provider that is recorded');
    return provider;
  };
  const arrived = async ({ assertion: id, chosen, since, at }: Parameters<Upstream['arrival']>[0]) => {
    const taken = await takenAssertion(db, key, { id, at });
    if (!taken) throw over();
    if (!('assertion' in taken)) return taken;
    const { assertion } = taken;
    // asked to show again who is there, and did not: a session left open over there is not enough
    if (assertion.at < since - CLOCKS) throw over();
    const provider = await named(assertion.provider);
    if (assertion.at < at - OLDEST_SIGN_IN) return { provider, assertion, arrival: { kind: 'stale' } as const };
    const { population } = provider;
    return { provider, assertion, arrival: await arrivalOf(db, { assertion, population, key, chosen, at }) };
  };

  return {
    providers,
    begin: async ({ provider: id, anew, at }) => {
      const provider = await named(id);
      if (liveCertificates(provider, at).length === 0)
        throw new Refusal('unknown_upstream', 'expected a provider with a certificate that is good today');
      return requestTo(provider, { us, key, anew, at });
    },
    receive: async ({ response, onRefused, ...from }) => {
      const { at } = from;
      // a request is known to the browser that makes it: whoever shares its address with others waits for none of them
      const request = requestNamed(key, response, at);
      const scope =
        request === undefined
          ? scopeOf(from.key, 'address', 'upstream', addressHash(from.key, from.address))
          : scopeOf(from.key, 'response', request);
      const [admitted] = await reserve(db, [scope], at);
      if (!admitted) throw new Refusal('too_many_tries', 'expected fewer responses that are refused');
      try {
        const issuer = issuerOf(response);
        const provider = (await providers()).find(({ entityId }) => entityId === issuer);
        if (!provider) throw new Refused('unknown issuer');
        const verified = await verifyResponse(provider, { response, us, key, at });
        const handle = await keepAssertion(db, key, { ...verified, at });
        if (handle === undefined) throw new Refused('came before');
        await release(db, { returned: [scope] });
        return { handle };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        onRefused(error.message);
        throw new Refusal('upstream_refused', 'expected a response that a recorded provider signed, for us and now');
      }
    },
    take: (asked) => takeAssertion(db, asked),
    arrival: async (asked) => {
      const found = await arrived(asked);
      if ('arrival' in found) return { provider: found.provider, arrival: found.arrival };
      if (found.person === undefined) throw over();
      return { person: found.person };
    },
    enter: async ({ assertion: id, chosen, since, ...from }) => {
      const { at } = from;
      const found = await arrived({ assertion: id, since, at, ...(chosen !== undefined && { chosen }) });
      if (!('arrival' in found)) return again(found);
      const { arrival, provider, assertion } = found;
      if (arrival.kind !== 'enter') throw over();
      const { person, join: records, others } = arrival;
      if (!(await useAssertion(db, { id, person, at })))
        return again({ provider: provider.id, person, authenticatedAt: assertion.at });
      const joined = await joinAll(db, { survivor: person, records, provider: provider.id, from });
      return letIn(from, { person, joined, link: { ...assertion, others } });
    },
    open: async ({ assertion: id, person, since, ...from }) => {
      const { at } = from;
      const found = await arrived({ assertion: id, chosen: person, since, at });
      if (!('arrival' in found)) return again(found);
      const { arrival, provider, assertion } = found;
      if (arrival.kind !== 'open' || arrival.person !== person) throw over();
      try {
        await openByUpstream(db, { person, assertion: id, provider: provider.id, at });
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'upstream_over') throw error;
        // sent twice, as a double click does: what came first has opened it
        const now = await takenAssertion(db, key, { id, at });
        if (!now || 'assertion' in now || now.person !== person) throw over();
        return again(now);
      }
      const joined = await joinAll(db, { survivor: person, records: arrival.join, provider: provider.id, from });
      return letIn(from, { person, joined, link: { ...assertion, others: [] } });
    },
    metadata: () => metadataOf(us),
  };

  /** The account, as it signs in now. */
  async function again({ provider, person, authenticatedAt: since }: Used): Promise<Entered> {
    const account = person === undefined ? undefined : await accountOf(db, person);
    if (account?.state !== 'active') throw over();
    return { person: account.person, epoch: account.epoch, provider, since, joined: [] };
  }

  /** What every sign-in leaves: the link, the address that it came from, and its line in the trail. */
  async function letIn(
    from: Origin,
    entering: {
      person: string;
      joined: readonly Join[];
      link: { provider: string; subject: string; others: readonly string[]; at: number };
    },
  ): Promise<Entered> {
    const { person, joined, link } = entering;
    const { at } = from;
    const entered = await again({ provider: link.provider, person, authenticatedAt: link.at });
    await inTransaction(db, async (tx) => {
      // ended meanwhile: whom it knew is forgotten, and nobody is added to that
      if (!(await holdProvider(tx, link.provider))) throw over();
      await keepLink(tx, key, { ...link, person, at });
    });
    const address = addressHash(from.key, from.address);
    await rememberAddress(db, { person, address, until: await knownUntil(db, person, address, at), at });
    const details = { by: 'upstream', provider: link.provider };
    await trace(db, from, { at, event: 'sign_in.succeeded', actor: person, subject: person, details });
    return { ...entered, joined };
  }
}

/** A session over there may be older than one of ours: whoever opened it then shows again who they are; milliseconds. */
const OLDEST_SIGN_IN = 4 * 3600_000;

/** How far the clock of a provider may be from ours when it shows somebody again; milliseconds. */
const CLOCKS = 60_000;

function over(): Refusal {
  return new Refusal('upstream_over', 'expected an assertion that this browser may still use');
}
