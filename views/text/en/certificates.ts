// The English words of the certificates that the service depends on.
import type { Text } from '../fr.ts';

export const certificates: Text['pages']['certificates'] = {
  title: 'Certificates',
  heading: 'Certificates of the service and of connected services',
  intro:
    'A certificate has an end: after that day the machine that shows it is known no more, and what it does stops. These are those of Préau, and of the services that are connected to your schools.',
  none: 'No certificate is in use: services make themselves known otherwise.',
  toRenew: 'To renew',
  nothingToRenew: 'Nothing to renew within thirty days.',
  whatToDo:
    'Tell whoever runs the service that is named, or whoever operates Préau: a new certificate is registered beside the old one, without a break.',
  others: 'The others',
  kinds: {
    server: 'Certificate of this service',
    authority: 'Authority that signs the certificates of machines',
    revocation: 'List of what an authority revoked',
    registered: 'Certificate registered for a connected service',
    seen: 'Certificate shown by a connected service',
    provider: 'Certificate of a provider of identities',
  },
  states: {
    good: (day) => `until ${day}`,
    followed: (day) => `until ${day}; the next one is there already`,
    soon: (day) => `ends soon: on ${day}`,
    ended: (day) => `ended on ${day}`,
  },
};
