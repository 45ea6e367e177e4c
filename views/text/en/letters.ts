// The English words of the pages about letters and class cards.
import type { letters as french, card as frenchCard } from '../fr/letters.ts';

export const letters: typeof french = {
  title: 'Letters and cards',
  heading: 'Letters and cards',
  intro:
    'Issue codes, print them, hand them over in person. Nobody has an account before they opened it with their code. Those who have one are passed over.',
  refused: 'Nothing was issued',
  school: 'School',
  what: 'What to issue',
  kinds: {
    activation: 'Letters to open an account',
    reset: 'Letters to choose a new password',
    cards: 'Class cards, for pupils of the primary school',
  },
  kindHints: {
    activation: 'One code a person, good for three months.',
    reset: 'For those who have an account and lost their password. Good for a month.',
    cards: 'One card to cut out for each pupil: a name and four words. Good until the school year ends.',
  },
  who: 'For whom',
  whos: { families: 'Families', pupils: 'Pupils', staff: 'Staff' },
  class: 'Class',
  allClasses: 'All classes',
  name: 'This family name only',
  nameHint: 'Leave empty for all. For a lost letter, for instance.',
  how: 'How',
  hows: { letter: 'All on paper', mail: 'By e-mail where the directory gives an address, on paper for the others' },
  again: 'Also replace codes and cards that are still good: the old ones will be worth nothing',
  submit: 'Issue',
  runs: 'Issued lately',
  none: 'Nothing was issued yet.',
  day: 'On',
  sheets: (count: number) => (count === 1 ? '1 sheet' : `${count} sheets`),
  mailed: (count: number) => `${count} by e-mail`,
  byWhom: (name: string) => `by ${name}`,
  gone: 'The codes are wiped.',
  stopped: 'Issuing was interrupted. What is counted here is good; start again for the rest.',
  print: 'Print (PDF)',
  open: 'Open',
  run: {
    title: 'Ready to print',
    heading: 'Ready to print',
    until: (moment: string) =>
      `You can print until ${moment}, as often as needed. Then the codes are wiped. Each printing is noted, with your name.`,
    over: 'The time to print is over: the codes are wiped. Issue new ones to those who lack them.',
    hand: 'Hand each sheet to the person whose name it bears, and to nobody else. Do not leave them on the copier.',
    onlyMail: 'All went by e-mail: there is nothing to print.',
    back: 'Letters and cards',
  },
};

export const card: typeof frenchCard = {
  title: 'My card',
  heading: 'I have my card',
  intro: 'Take your card. Type your card name and your four words.',
  identifier: 'My card name',
  word: ['Word 1', 'Word 2', 'Word 3', 'Word 4'],
  submit: 'Go in',
  failed: 'It does not work',
  failedHelp: 'Look closely at each letter. Then ask your teacher.',
  hello: (name: string) => `Hello ${name}`,
  where: 'Where do you want to go?',
  nowhere: 'No service is open to your school yet.',
  notMe: 'That is not me',
  grown: 'For adults: this page is for pupils of primary schools. The session stops after ten minutes without use.',
  link: 'I have a class card',
};
