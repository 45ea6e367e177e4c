// What a browser keeps on its way through a provider of identities and back: what it asked, and what it came back with.
import type Koa from 'koa';
import type { LeavingData } from '../../../views/upstream/arrived.tsx';
import type { Config } from '../../config.ts';
import { readCookie, seal, setCookie, unseal } from '../../http/cookies.ts';
import { stepsKeptFor } from '../../http/workstation.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Portal } from '../pages.ts';

/** What the pages of this way are given. */
export interface UpstreamPortal extends Portal {
  readonly upstream: Upstream;
}

/** A request that this browser was sent away with. */
export interface Asked {
  readonly request: string;
  /** The sign-in to come back to. */
  readonly interaction: string;
  /** Since when the person must have shown who they are; 0 where a session over there is enough. UTC milliseconds. */
  readonly since: number;
}

/** What this browser came back with. */
export interface Came {
  readonly assertion: string;
  readonly interaction: string;
  readonly since: number;
  readonly chosen?: string | undefined;
}

/** Somebody let in, who reads something first. */
export interface Shown {
  readonly interaction: string;
  readonly person: string;
  readonly epoch: number;
  /** When they showed who they are; UTC milliseconds. */
  readonly signedInAt: number;
}

interface Steps {
  readonly way: 'upstream';
  readonly asked: readonly Asked[];
  readonly came?: Came | undefined;
  readonly shown?: Shown | undefined;
  /** Whether whoever goes to a provider next shows anew who they are. */
  readonly anew?: boolean | undefined;
}

/** Several windows may be on their way at once. */
const MOST_ASKED = 3;

export function stepsOf(ctx: Koa.Context, { config }: Pick<Portal, 'config'>): Steps {
  const found = unseal<Steps>(config, readCookie(ctx, 'upstream'), Date.now());
  return found?.way === 'upstream' ? found : { way: 'upstream', asked: [] };
}

/** Keeps what is given beside what was asked; what stood there of earlier steps is forgotten. */
export function keepSteps(
  ctx: Koa.Context,
  { config }: Pick<Portal, 'config'>,
  { asked, came, shown, anew }: Partial<Omit<Steps, 'way'>>,
): void {
  const seconds = stepsKeptFor(ctx);
  const last = (asked ?? stepsOf(ctx, { config }).asked).slice(-MOST_ASKED);
  const steps: Steps = { way: 'upstream', asked: last, came, shown, anew };
  setCookie(ctx, 'upstream', seal(config, steps, Date.now() + seconds * 1000), seconds);
}

/** Keeps through whom somebody came in, until the browser is closed: the goodbye says what is left open over there. */
export function noteElsewhere(ctx: Koa.Context, { config }: Pick<Portal, 'config'>, leaving: LeavingData): void {
  setCookie(ctx, 'elsewhere', seal(config, { elsewhere: leaving }, Date.now() + DAY));
}

/** Through whom somebody came in here. */
export function elsewhereOf(ctx: Koa.Context, config: Config): LeavingData | undefined {
  return unseal<{ elsewhere?: LeavingData }>(config, readCookie(ctx, 'elsewhere'), Date.now())?.elsewhere;
}

const DAY = 24 * 3600_000;
