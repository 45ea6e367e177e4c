// What may be asked, about what, how a person is known to ask it, and on what ground of law it may be refused.

/** `exposure` asks the head what could be read, and by whom; any member of staff may, alone or in the name of several. */
export const kinds = ['access', 'rectification', 'erasure', 'objection', 'exposure'] as const;
export type RequestKind = (typeof kinds)[number];

/** What each kind may be about; a logbook is named `logbook:KEY`, a module `module:ID`. */
export const targets = {
  access: ['all'],
  // what the state says: each goes to its system; names are also kept as corrected meanwhile
  rectification: ['givenName', 'familyName', 'birthDate', 'email', 'schooling', 'post', 'family', 'other'],
  erasure: ['all', 'account', 'logbook'],
  objection: ['all', 'email', 'module'],
  exposure: ['all'],
} as const satisfies Record<RequestKind, readonly string[]>;

export type RequestTarget = (typeof targets)[RequestKind][number];

/**
 * What is corrected here at once and kept against the next delivery. A birth date decides majority, and classes, posts
 * and family links decide rights: those change in the state's system alone.
 */
export const correctedHere = ['givenName', 'familyName'] as const;
export type CorrectedHere = (typeof correctedHere)[number];

/** How it was checked that the person is the one who asks. `awaited`: not yet, and nothing may be accepted. */
export const identityChecks = ['session', 'known', 'document', 'contact', 'awaited'] as const;
export type IdentityCheck = (typeof identityChecks)[number];

/** The checks that an agent may record. */
export const checksByAgent = ['known', 'document', 'contact', 'awaited'] as const satisfies readonly IdentityCheck[];

/** The grounds on which a request may be refused, and the kinds that each fits. */
export const grounds = {
  /** RGPD 17(3)(b): a task of public service. */
  public_task: ['erasure'],
  /** RGPD 17(3)(d), code du patrimoine L212-2: public archives. */
  archives: ['erasure'],
  /** RGPD 21(1): compelling legitimate grounds that prevail over what the person says of their own situation. */
  prevailing: ['objection'],
  /** CE 18 March 2019: no reason of one's own, or of one's child. */
  no_own_reason: ['objection'],
  /** RGPD 16: the datum is right. */
  accurate: ['rectification'],
  /** RGPD 15(4): what belongs to others. */
  others: ['access', 'exposure'],
  /** RGPD 11(2): nothing is held about this person. */
  not_held: ['access', 'rectification', 'erasure', 'objection', 'exposure'],
  /** RGPD 12(2), 12(6): who asks could not be established. */
  identity: ['access', 'rectification', 'erasure', 'objection'],
  /** RGPD 12(5): manifestly unfounded or excessive. */
  excessive: ['access', 'rectification', 'erasure', 'objection', 'exposure'],
} as const satisfies Record<string, readonly RequestKind[]>;

export type Ground = keyof typeof grounds;

/** The grounds that fit a kind. */
export function groundsFor(kind: RequestKind): Ground[] {
  return (Object.keys(grounds) as Ground[]).filter((ground) =>
    (grounds[ground] as readonly RequestKind[]).includes(kind),
  );
}

/** `logbook:KEY` as its kind of target and the key; so for `module:ID`. */
export function targetOf(target: string): {
  readonly target: RequestTarget;
  readonly logbook?: string;
  readonly module?: string;
} {
  if (target.startsWith('logbook:')) return { target: 'logbook', logbook: target.slice('logbook:'.length) };
  if (target.startsWith('module:')) return { target: 'module', module: target.slice('module:'.length) };
  return { target: target as RequestTarget };
}

/** Whether a kind may be about this. */
export function fits(kind: RequestKind, target: string): boolean {
  const { target: name, logbook, module } = targetOf(target);
  if (name === 'logbook') return kind === 'erasure' && logbook !== undefined && logbook !== '';
  if (name === 'module') return kind === 'objection' && module !== undefined && /^[\w-]{1,60}$/.test(module);
  return (targets[kind] as readonly string[]).includes(name);
}
