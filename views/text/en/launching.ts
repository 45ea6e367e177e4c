// The words of opening a resource, in English: the same object as the French one.
import type { launching as french } from '../fr/launching.ts';

export const launching: typeof french = {
  title: 'Open a resource',
  school: {
    heading: (resource) => `From which school do you open “${resource}”?`,
    intro: 'You may open it from several schools. The publisher will know only the one that you choose.',
  },
  closed: {
    heading: 'This resource does not open for you',
    named: (resource) => `“${resource}” does not open for you`,
    why: 'It was not given to you at this school, or no longer is. Nothing was sent to the publisher.',
    next: 'What to do',
    pupil:
      'Go back to your resources: those that you may open are there. If one is missing for a lesson, tell whoever asked you to use it: they can ask those who give the licences at your school.',
    parent: "Resources are opened with the pupil's account, never with a parent's.",
    resources: 'My resources',
    back: "Back to the publisher's site",
    nothingSent: 'Nothing was sent to the publisher.',
  },
  severalSchools: 'all your schools from which you may open it',
  decline: 'Not be known to this publisher',
  received: (resource) => `What the publisher of “${resource}” will receive`,
  cancel: 'Do not open it',
};
