// What of circles waits for somebody, or concerns a child of theirs: invitations, agreements, and the circles a child is in.
import type { Db } from '../storage/storage.ts';
import { type Invitation, pendingFor, sentIn } from './invitation-records.ts';
import { type Circle, liveCircles, membershipsOf, membersIn } from './records.ts';
import { childrenOf } from './standing.ts';

/** An invitation with the circle that it is to. */
export interface Waiting extends Invitation {
  readonly invitee: string;
  readonly to: Circle;
  /** How many are in it: who they are is seen once inside. */
  readonly members: number;
}

/** The invitations that wait for a person's answer. */
export function invitationsOf(db: Db, person: string, at: number): Promise<Waiting[]> {
  return waiting(db, [person], 'waiting', at);
}

/** Those that the person has accepted and that a legal representative is still to agree to. */
export function agreementsAwaited(db: Db, person: string, at: number): Promise<Waiting[]> {
  return waiting(db, [person], 'agreeing', at);
}

/** What a person's children have accepted, and that waits for a legal representative. */
export async function agreementsAskedOf(db: Db, guardian: string, at: number): Promise<Waiting[]> {
  return waiting(db, await childrenOf(db, guardian, at), 'agreeing', at);
}

/** A circle that a minor is in. */
export interface ChildInCircle {
  readonly child: string;
  readonly circle: Circle;
  readonly since: number;
  /** Whether it stands by an agreement, which may be taken back. */
  readonly agreed: boolean;
}

/** The circles that a person's children are in, as long as these are minors: who else is in them is not told. */
export async function circlesOfChildren(db: Db, guardian: string, at: number): Promise<ChildInCircle[]> {
  const memberships = await membershipsOf(db, await childrenOf(db, guardian, at));
  const circles = await liveCircles(
    db,
    memberships.map(({ circle }) => circle),
    at,
  );
  return memberships.flatMap(({ person, circle: id, since, agreedBy }) => {
    const circle = circles.find((one) => one.id === id);
    return circle ? [{ child: person, circle, since, agreed: agreedBy !== null }] : [];
  });
}

/** What the owner and the moderators see of what was sent: what they wrote, until when it stands. Never what became of it. */
export async function sentFrom(
  db: Db,
  circle: string,
  at: number,
): Promise<{ readonly named: string; readonly at: number; readonly expiresAt: number }[]> {
  return (await sentIn(db, circle, at)).map(({ named, at: sent, expiresAt }) => ({
    named: named ?? '',
    at: sent,
    expiresAt,
  }));
}

async function waiting(
  db: Db,
  persons: readonly string[],
  state: 'waiting' | 'agreeing',
  at: number,
): Promise<Waiting[]> {
  const pending = await pendingFor(db, persons, { state, at });
  const circles = await liveCircles(
    db,
    pending.map(({ circle }) => circle),
    at,
  );
  const found: Waiting[] = [];
  for (const invitation of pending) {
    const to = circles.find(({ id }) => id === invitation.circle);
    if (to) found.push({ ...invitation, to, members: (await membersIn(db, to.id)).length });
  }
  return found;
}
