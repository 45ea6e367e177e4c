// The English words of the page on which a school opens what is free.
import type { Text } from '../fr.ts';

export const freeResources: Text['pages']['freeResources'] = {
  title: (school) => `Free resources · ${school}`,
  heading: 'Free resources',
  notDone: 'This was not done',
  intro:
    'A free resource opens without a subscription or a licence. It is open to nobody until you decide so: you choose the audience, and close it when you like. The whole audience may open it, newcomers too. Whoever does not want to be known to the publisher is not.',
  none: 'No free resource is offered for now.',
  noAgreement: 'No agreement is in force for this school: what you open here will open with it.',
  link: (given) => `Free resources: ${given[0]} of ${given[1]} open`,
  by: (publisher) => `Publisher: ${publisher}`,
  received: 'What the publisher receives of whoever opens it',
  openTo: (given) => `Open since ${given[1]}: ${given[0]}.`,
  closed: 'Closed in your school.',
  whom: 'For whom',
  open: 'Open to the school',
  change: 'Change the audience',
  close: 'Close',
  of: (name) => `“${name}”`,
  done: {
    opened: 'Done: the resource is open to the audience that you chose, and to nobody else.',
    closed: 'Done: the resource is closed in your school.',
  },
};
