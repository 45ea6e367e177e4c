// What comes back by itself, one line per job: any node runs it, one node at a time.
import { fileURLToPath } from 'node:url';
import type { MailName } from '../../views/mails/mails.ts';
import { writeMail } from '../../views/mails/mails.ts';
import { isActive } from '../accounts/accounts.ts';
import { contactOf } from '../accounts/contact.ts';
import { purgeFactors } from '../accounts/factors/purge.ts';
import { answerResets } from '../accounts/resets.ts';
import { retireAccounts } from '../accounts/retention.ts';
import { purgeThrottle } from '../accounts/throttle.ts';
import { purgeDesignations } from '../acts/assigners.ts';
import { recordStanding } from '../acts/usage.ts';
import { firstDayKept } from '../audit/chain.ts';
import { purgeDecisions } from '../audit/decisions.ts';
import { tidyCircles } from '../circles/tidying.ts';
import type { Config } from '../config.ts';
import { findPerson } from '../directory/persons.ts';
import { purgeDisputes } from '../families/disputes.ts';
import { purgeJoins } from '../families/joins.ts';
import type { Job } from '../jobs/jobs.ts';
import { purgeCards } from '../letters/cards.ts';
import { wipeRuns } from '../letters/letters.ts';
import { giveUpMails, purgeMails } from '../mail/mail.ts';
import { sendMails } from '../mail/sending.ts';
import { folderTransport, smtpTransport, type Transport } from '../mail/transports.ts';
import { endManySessions } from '../oidc/farewells.ts';
import { listModules } from '../oidc/modules.ts';
import { keepProcessing } from '../oidc/processing.ts';
import { purgeExpired } from '../oidc/purge.ts';
import { endIdleWorkstations } from '../oidc/workstations.ts';
import { noticeTelling, noticeTexts } from '../portal/notices/job.ts';
import { endDueIncidents } from '../privacy/incidents.ts';
import { purgeLogs } from '../privacy/keeping.ts';
import { purgeRequests } from '../privacy/requests/retention.ts';
import { type Settled, settleAllDeclines } from '../resources/declines.ts';
import { deriveDue, deriveNatures } from '../resources/deriving.ts';
import { purgeLicences, settleDue } from '../resources/licences.ts';
import { purgeReleases } from '../resources/releases.ts';
import { writeReports } from '../resources/reports.ts';
import { purgeUsage } from '../resources/usage.ts';
import type { Db } from '../storage/storage.ts';
import { purgeAssertions } from '../upstream/keeping.ts';
import { forgetLinksOf } from '../upstream/links.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Every job. */
export function jobsOf(config: Config): Job[] {
  return [
    { name: 'mails', everyMs: 2 * SECOND, run: postman(config) },
    { name: 'mails.purge', everyMs: HOUR, run: purgeMails },
    { name: 'letters.wipe', everyMs: 10 * MINUTE, run: (db, at) => wipeRuns(db, at) },
    { name: 'cards.purge', everyMs: HOUR, run: (db, at) => purgeCards(db, at) },
    { name: 'throttle.purge', everyMs: MINUTE, run: purgeThrottle },
    { name: 'factors.purge', everyMs: HOUR, run: purgeFactors },
    { name: 'workstations.end', everyMs: 10 * SECOND, run: endIdleWorkstations },
    { name: 'upstream.purge', everyMs: 5 * MINUTE, run: (db, at) => purgeAssertions(db, at) },
    { name: 'oidc.purge', everyMs: 5 * MINUTE, run: purgeExpired },
    { name: 'decisions.purge', everyMs: HOUR, run: decisions(config) },
    { name: 'logs.purge', everyMs: HOUR, run: logs(config) },
    { name: 'releases.purge', everyMs: HOUR, run: releases(config) },
    { name: 'incidents.end', everyMs: MINUTE, run: endDueIncidents },
    { name: 'accounts.resets', everyMs: 2 * SECOND, run: resets(config) },
    { name: 'requests.purge', everyMs: HOUR, run: purgeRequests },
    { name: 'notices.texts', everyMs: 5 * MINUTE, run: noticeTexts(config) },
    { name: 'notices.telling', everyMs: HOUR, run: noticeTelling },
    {
      name: 'accounts.retire',
      everyMs: HOUR,
      run: (db, at, stop) => retireAccounts(db, at, stop, [endManySessions, forgetLinksOf]),
    },
    { name: 'circles.tidy', everyMs: HOUR, run: tidyCircles },
    { name: 'licences.settle', everyMs: 30 * SECOND, run: settleDue },
    { name: 'licences.purge', everyMs: HOUR, run: purgeLicences },
    { name: 'assigners.purge', everyMs: HOUR, run: purgeDesignations },
    { name: 'offers.derive', everyMs: 2 * SECOND, run: deriveDue },
    { name: 'reports.write', everyMs: HOUR, run: writeReports },
    { name: 'declines.settle', everyMs: 2 * SECOND, run: declines() },
    { name: 'register.keep', everyMs: MINUTE, run: register(config) },
    { name: 'offers.natures', everyMs: 10 * MINUTE, run: deriveNatures },
    { name: 'families.joins', everyMs: HOUR, run: (db, at) => purgeJoins(db, at) },
    { name: 'usage.standing', everyMs: 6 * HOUR, run: recordStanding },
    { name: 'usage.purge', everyMs: HOUR, run: (db, at) => purgeUsage(db, at) },
    { name: 'families.disputes', everyMs: HOUR, run: (db, at) => purgeDisputes(db, at) },
  ];
}

/** What publishers were sent is kept as long as the log of decisions. */
function releases({ decisions: { months } }: Config): Job['run'] {
  return (db, at, stop) => purgeReleases(db, { firstDay: firstDayKept(at, months), stop });
}

/** Who joins a school brings along what they chose of publishers. */
function declines(): Job['run'] {
  const settled: Settled = new Map();
  return (db, at, stop) => settleAllDeclines(db, { settled, at, stop });
}

/** The register says what resources are validated for, whoever validated them. */
function register({ decisions: { months } }: Config): Job['run'] {
  return async (db, at) =>
    keepProcessing(db, { modules: await listModules(db), decisionMonths: months, at, actor: 'system' });
}

function resets({ keyFor: keys }: Config): Job['run'] {
  return (db, at, stop) => answerResets(db, { keys, at, stop });
}

function decisions({ decisions: { months } }: Config): Job['run'] {
  return (db, at, stop) => purgeDecisions(db, { months, at, actor: 'system', stop });
}

function logs({ decisions: { months } }: Config): Job['run'] {
  return (db, at, stop) => purgeLogs(db, { months, at, stop });
}

/** Without a server, what waits is given up after its time, and nothing else happens. */
function postman(config: Config): Job['run'] {
  const { server, from } = config.mail;
  if (server === '') return (db, at) => giveUpMails(db, at);
  const transport = transportOf(server, { from, host: new URL(config.issuer).hostname });
  const parts = { transport, render: writeMail, addressOf, house: { issuer: config.issuer } };
  return (db, at, stop) => sendMails(db, { ...parts, key: config.keyFor('mail'), at, stop });
}

function transportOf(server: string, sender: { from: string; host: string }): Transport {
  return server.startsWith('file:') ? folderTransport(fileURLToPath(server)) : smtpTransport({ server, ...sender });
}

/** What may reach the address that only the directory gives: that the record exists, and the code to open an account. */
const toRecords: readonly MailName[] = ['activation', 'notice'];

/** The address that its holder confirmed; the directory's for somebody who has no account yet, and for little. */
async function addressOf(
  db: Db,
  { person, template }: { person: string; template: MailName },
): Promise<string | undefined> {
  const contact = await contactOf(db, person);
  if (contact) return contact.email;
  if (!toRecords.includes(template) || (await isActive(db, person))) return undefined;
  return (await findPerson(db, person)).email ?? undefined;
}
