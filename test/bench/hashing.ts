// The ceiling of password logins: verifications of one hash in a plain loop, as many at once as there are connections.
// Run as a child: told for how many milliseconds, it answers with verifications per second.
import { verify } from '@node-rs/argon2';
import { hashPassword } from '../../src/accounts/hashing.ts';

const [atOnce = '16', password = ''] = process.argv.slice(2);
const phc = await hashPassword(password);

process.on('message', async (milliseconds) => {
  if (typeof milliseconds !== 'number') return;
  const start = performance.now();
  let done = 0;
  const loop = async () => {
    while (performance.now() - start < milliseconds) {
      if (!(await verify(phc, password))) throw new Error('the password is not the one behind the hash');
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, loop));
  process.send?.((done * 1000) / (performance.now() - start));
});

process.channel?.ref();
process.send?.('ready');
