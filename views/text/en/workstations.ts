// The English words of the page about shared workstations.
import type { workstations as french } from '../fr/workstations.ts';

export const workstations: typeof french = {
  title: 'Shared workstations',
  heading: 'Shared workstations',
  intro:
    'A shared workstation is a computer or tablet that several people use in turn: in the library, the hall, the office. In a marked browser nothing is remembered, the session ends after five minutes without activity and after an hour at most, and each page says how to sign out.',
  here: 'This browser is a shared workstation',
  hereAnswer: (place) => `It is marked: ${place}.`,
  mark: 'Mark this browser',
  markIntro:
    'To be done on the device itself, once. Your own session there ends at once. The place also counts among those where families may read.',
  school: 'School',
  place: 'Where it is, and when it is open',
  placeHint: 'For example: library, 8 am to 5 pm.',
  known: 'Places already recorded',
  submit: 'Make it a shared workstation',
  list: 'The marked browsers',
  none: 'No browser is marked at this school.',
  since: (day) => `since ${day}`,
  end: 'Make it a shared workstation no more',
  notDone: 'It was not done',
  done: {
    marked: 'Done: this browser is a shared workstation, and your session there has ended.',
    ended: 'Done: this browser is a shared workstation no more. The sessions open there have ended.',
  },
};
