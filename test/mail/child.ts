// A node of its own: sends what waits, again and again, until it is killed.

import { sendMails } from '../../src/mail/sending.ts';
import { smtpTransport } from '../../src/mail/transports.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { writeMail } from '../../views/mails/mails.ts';

const [database = '', server = '', key = '', ahead = '0'] = process.argv.slice(2);
const db = openDatabase(database);
const transport = smtpTransport({ server, from: 'Préau <preau@ent.example>', host: 'ent.example' });
for (;;) {
  await sendMails(db, {
    transport,
    render: writeMail,
    addressOf: async (_db, { person }) => `${person}@famille.example`,
    house: { issuer: 'https://ent.example' },
    key: Buffer.from(key, 'hex'),
    at: Date.now() + Number(ahead),
  }).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  await new Promise((resolve) => setTimeout(resolve, 20));
}
