// The English words of the media centre.
import type { Text } from '../fr.ts';

export const mediaCentre: Text['pages']['mediaCentre'] = {
  title: 'My resources',
  heading: 'My digital resources',
  intro:
    'One click opens the resource, without another password. Its publisher receives the bare minimum: it is written under each.',
  none: 'No resource is open to you here for now.',
  noneAnswer:
    'A resource appears as soon as your school has given you its licence: ask a teacher, or the school librarian.',
  noSchool: 'No school opens any resource to you.',
  noSchoolAnswer:
    'Resources are open to pupils and staff, at their school. If you have just arrived, they will appear as soon as your enrolment is known.',
  represents:
    'You represent a pupil: they open their resources with their own account. These never open with yours, and their work stays theirs.',
  noAgreement: 'Resources are not open at this school yet',
  noAgreementAnswer:
    'An agreement between the local authority and the academy is missing: without it, nothing about you is sent to a publisher. There is nothing for you to do. The head of the school can tell you how far it has come. The rest of Préau works as usual.',
  kinds: { MAN: 'Textbook', MUL: 'Multimedia', PRO: 'To create with' },
  by: (publisher) => `Publisher: ${publisher}`,
  prices: { free: 'Free', subscribed: 'Subscription' },
  assigned: 'A licence in your name',
  site: 'Open to the whole school',
  count: (count) => (count === 1 ? 'one resource' : `${count} resources`),
  received: 'What the publisher receives',
  receivedAloud: (name) => `of ${name}`,
  receivedEnd: 'Nothing else, and only when you open the resource.',
  closed: 'Closed for now',
  why: {
    declined: 'You, or a legal representative of yours, asked that this publisher does not know you.',
    agreement: 'The agreement of the school is not in force. There is nothing for you to do.',
    waiting:
      'It is meant for you, and no licence is left: you will have one as soon as one is free, without doing anything.',
    review: 'It is being reviewed. It will open by itself afterwards.',
  },
  ownPage: 'Go back on this choice',
  known: 'The publishers that know you, and what they were sent',
};
