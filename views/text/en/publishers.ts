// The English words about publishers: on one's own page, which ones know me; and what each of them receives, for those in charge.
import type { Text } from '../fr.ts';

export const publishers: Text['pages']['publishers'] = {
  mine: {
    title: 'The publishers that know me',
    heading: (name) => `Publishers of resources, and ${name}`,
    intro:
      'A publisher receives something about you only at the moment you open one of its resources, and no more than what is written here. It never reads the directory.',
    introChild:
      'A publisher receives something about a pupil only at the moment the pupil opens one of its resources, and no more than what is written here. It never reads the directory.',
    child:
      'You read this as the legal representative of a pupil under age. The days on which they open a resource are not here, and “your first name” means theirs: each thing is said as to them.',
    none: 'No publisher has received anything, and no resource is open today.',
    knows: (day) => `The first sending that is kept is of ${day}.`,
    knowsKept: 'Sendings are kept.',
    knowsBefore: 'It knows an identifier. No sending is kept: they are erased once their time is over.',
    unknown: 'Nothing was sent to it yet: none of its resources was opened.',
    sent: 'What it was sent',
    would: 'What it would receive when one of its resources is opened',
    resources: 'Its resources',
    open: 'open today',
    closed: 'closed today',
    days: (count) => `Day by day (${count})`,
    daySent: (resource) => `“${resource}” opened: one sending`,
    dayAsked: (resource) => `Asked whether you may open “${resource}”`,
    daysIntro: 'A publisher may ask whether you may still open its resource: it is told yes or no, and nothing else.',
    decline: 'No longer be known to this publisher',
    declineExplained:
      'Its resources will open no more, at any school, and it will receive nothing more. What it has received is not erased by this choice: ask the publisher, or make a request. If a teacher counts on one of these resources, talk to them: they can offer something else. You can take this choice back.',
    declineSubmit: 'I no longer want to be known to this publisher',
    declineSubmitChild: 'I no longer want this publisher to know the pupil',
    declined: (day) => `Chosen on ${day}: not to be known to this publisher.`,
    declinedByOther: (day) =>
      `Chosen by a legal representative on ${day}: not to be known to this publisher. Only a legal representative can take it back.`,
    declinedByPupil: (day) =>
      `The pupil chose on ${day} not to be known to this publisher. Only the pupil can take it back: talk about it together.`,
    declinedByBoth:
      'The pupil and a legal representative each asked for it: the resources open once neither does any more.',
    accept: 'Take this choice back',
    about: (publisher) => `for ${publisher}`,
    request: 'Make a request',
    done: {
      declined: 'Done: the resources of this publisher open no more, and it will receive nothing more.',
      withdrawn:
        'Done, for your part. The other choice stays: the resources of this publisher do not open until whoever made it takes it back.',
      accepted: 'Done: the resources of this publisher open again, as for everybody else.',
    },
  },
  all: {
    title: 'Publishers',
    heading: 'Publishers and what they receive',
    intro:
      'For each resource: what the publisher declared, what was validated, what was really sent. Values are not kept, only a print of each. Each datum is told as it is to the person on their own page.',
    none: 'No resource is open at this school.',
    columns: { resource: 'Resource', declared: 'Declared', validated: 'Validated', sent: 'Sent' },
    states: {
      declared: 'waits for its validation: nothing opens',
      validated: 'validated',
      suspended: 'suspended: nothing opens',
      withdrawn: 'withdrawn',
    },
    waitsUrl: (given) => `Waits for its validation: another address, ${given[0]}; the validated one stays ${given[1]}`,
    waitsSchools:
      'Waits for its validation: the sending of all schools of the person; only the one they come from is validated',
    nothing: 'nothing',
    sentTo: (given) => `about ${given[0]} persons, from ${given[1]} to ${given[2]}`,
    sentFew: 'about fewer than ten persons',
    sentToNoMany: 'nothing, or about fewer than ten persons: saying which would tell who opened it',
    neverSent: 'nothing that is kept',
    declines: (count) => `${count} persons, all schools together, chose not to be known to this publisher.`,
    declinesFew: 'Fewer than ten persons, all schools together, chose not to be known to this publisher.',
    more: 'Who can open it',
    client: (name) => `Registered service: ${name}`,
    noClient: 'No service is registered for this resource: it does not open.',
    school: 'School',
    choose: 'Show',
  },
  one: {
    title: 'Who can open this resource',
    back: 'Publishers',
    intro: 'Who may, by category and in number. It does not say who opens it: Préau shows that to nobody.',
    day: 'The day',
    submit: 'Show that day',
    wrongDay: 'This day does not exist, or is not past yet. Choose another one.',
    today: 'Today',
    on: (day) => `On ${day}, at noon`,
    enforced: 'What was enforced that day',
    known: 'What is known today of that day',
    same: 'What is known today of that day changes nothing.',
    none: 'Nobody.',
    count: (given) => `${given[0]}: ${given[1]}`,
    few: (category) => `${category}: fewer than ten`,
    categories: {
      pupil: 'Pupils',
      teacher: 'Teachers',
      librarian: 'Librarians',
      staff: 'Other staff',
    },
    staff: 'Staff, by name',
    declinesCounted: 'Whoever does not want to be known to the publisher is among them: that choice is theirs alone.',
    sent: 'What left this school',
    prints: 'The prints of what was sent',
    printsNone: 'Fewer than ten persons: the prints are not shown, they would point at somebody.',
    print: (given) => `${given[0]}: ${given[1]}`,
    printsIntro:
      'A print makes it possible to check, with the person, whether a certain value was sent. It cannot be read back.',
  },
};
