// The English words of who opened one's file in the pages of Préau: the same object as the French one, entry for entry.
import type { Text } from '../fr.ts';

export const fileOpenings: Text['pages']['fileOpenings'] = {
  heading: 'When your file was opened',
  intro:
    'The days on which somebody opened, in the pages of Préau, a file that names you, and why. A day counts once, and the names of agents are not shown. Where so few people work that they would be recognised, the head does not see these days.',
  none: 'Nothing is kept of anybody opening it.',
  categories: {
    staff: 'Staff in charge of the file at the school',
    dpo: 'Data protection officer',
    operator: 'Those who run the service, as the school asked',
  },
  purposes: {
    request: 'To handle a request about your data, or your child’s',
    register: 'To keep the register of requests',
    dispute: 'To settle a report about a family link',
    copy: 'To prepare the copy of your data',
    mandate: 'To read the mandate attached to your request',
    incident: 'To read your sign-in traces, in an incident file that is closed since',
    activation: 'To issue a code, a card or an activation letter to you',
    reset: 'To let you choose a new password',
  },
};
