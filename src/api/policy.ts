// What stands behind the AuthZEN wire: a policy, which knows who may ask, decides and finds. There may be several.
import type Koa from 'koa';
import type { Json } from './body.ts';
import type { Found } from './paging.ts';

/** A subject or a resource, as it was sent. `properties` are what the caller says of it: a policy may not believe them. */
export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties?: unknown;
}

/** A question, once read. */
export interface Asked {
  readonly subject: Entity;
  readonly action: { readonly name: string; readonly properties?: unknown };
  readonly resource: Entity;
  readonly context?: Json | undefined;
}

export interface Answer {
  readonly decision: boolean;
  readonly context?: Json;
}

/** What is searched for: its `id`, or the whole action, is empty in the question. */
export type Searched = 'subject' | 'resource' | 'action';

/** A caller who was let in, as long as the request lasts. */
export interface Session {
  /** Whom the token of a page is good for. */
  readonly client: string;
  readonly person: string | undefined;
  /** At once when everything that is needed is in memory. */
  evaluate(asked: Asked): Answer | Promise<Answer>;
  /** The answer to an item of a batch that cannot be resolved: a no, which is told no more of. */
  deny(): Answer;
  /** Everything for which `evaluate` would say `true` to the same caller at that instant, UTC milliseconds. */
  find(searched: Searched, asked: Asked, at: number): Promise<Found[]>;
}

export interface Policy {
  /** Lets a caller in, or refuses. */
  admit(ctx: Koa.Context): Promise<Session>;
  /** What its metadata say besides the addresses of AuthZEN. */
  readonly metadata?: Json;
  /** Refuses, naming the member, a context that it cannot go by. */
  checkContext(context: Json): void;
}
