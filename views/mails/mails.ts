// Every mail: its words, as plain text, in French and in English. Both go out in one message, since no mail asks first.

import { accountClosed, emailConfirm, emailRemoved, emailReplaced, reset } from './accounts.ts';
import { activation } from './activation.ts';
import { assignerEnded, assignerNamed } from './assigners.ts';
import { circleInvited, circleJoined, circleToAgree } from './circles.ts';
import { credentialChanged } from './credential-changed.ts';
import { dispute, joined, separated } from './families.ts';
import { incident } from './incident.ts';
import { newDevice } from './new-device.ts';
import { notice } from './notice.ts';
import { requestDecided, requestExtended, requestReceived, requestWithdrawn } from './requests.ts';
import { yearTurn } from './year-turn.ts';

/** What every mail may name. */
export interface House {
  /** The public address of the service, without a trailing slash: every link begins with it. */
  readonly issuer: string;
}

export interface MailWords {
  /** One line, without a name. */
  readonly subject: string;
  readonly body: string;
}

/** Keys, days and counts: what lies open in the queue. Days are `YYYY-MM-DD`. */
export type MailData = Readonly<Record<string, string | number>>;

/** A mail: `data` lies open in the queue, `secret` (codes) is sealed there and gone once the mail has left. */
export interface Mail<Data extends MailData = Record<never, never>, Secret extends MailData = Record<never, never>> {
  readonly fr: (data: Data, secret: Secret, house: House) => MailWords;
  readonly en: (data: Data, secret: Secret, house: House) => MailWords;
}

/** The list, one line per mail. */
export const mails = {
  activation,
  emailConfirm,
  emailReplaced,
  emailRemoved,
  reset,
  accountClosed,
  newDevice,
  credentialChanged,
  incident,
  'request-received': requestReceived,
  'request-extended': requestExtended,
  'request-decided': requestDecided,
  'request-withdrawn': requestWithdrawn,
  joined,
  separated,
  dispute,
  notice,
  circleInvited,
  circleJoined,
  circleToAgree,
  assignerNamed,
  assignerEnded,
  yearTurn,
} as const;

export type MailName = keyof typeof mails;

/** What a mail needs to be put in the queue. */
export type DataOf<Name extends MailName> = Parameters<(typeof mails)[Name]['fr']>[0];

/** What of it nobody else may read. */
export type SecretOf<Name extends MailName> = Parameters<(typeof mails)[Name]['fr']>[1];

/** The words of a mail, French first. */
export function writeMail(name: MailName, data: MailData, secret: MailData, house: House): MailWords {
  const mail = mails[name] as Mail<MailData, MailData>;
  const [fr, en] = [mail.fr(data, secret, house), mail.en(data, secret, house)];
  return { subject: `${fr.subject} / ${en.subject}`, body: `${fr.body.trim()}\n\n---\n\n${en.body.trim()}\n` };
}
