// The English words of the export of a school to the national GAR.
import type { Text } from '../fr.ts';

export const nationalGar: Text['pages']['nationalGar'] = {
  title: 'Export to the national GAR',
  heading: 'Export to the national GAR',
  intro:
    'Every night the school tells the ministry’s GAR who its pupils and staff are, and in which classes: licences can then be given there. Nothing is said of parents. This is what would leave now.',
  none: 'None of your schools is exported to the national GAR.',
  closed: 'No agreement is in force: nothing is exported. The agreement is signed with the academy.',
  ready: 'Nothing holds the school back: it leaves with the next night.',
  held: 'The school is held back: nothing of it leaves until this is mended, in the academy’s directory most often.',
  toKnow: 'Good to know',
  faults: {
    missing: 'a mandatory value is missing',
    unexpected: 'a value has no place in this file',
    too_long: 'a value is too long',
    unwritable: 'a value holds unreadable characters',
    twice: 'the same line twice',
    bad_uai: 'the code of a school is none',
    bad_profile: 'a profile is not admitted',
    bad_status: 'neither a division nor a group',
    unknown_person: 'somebody is named in a group, and nowhere else',
    unknown_group: 'a division or a group is named and does not exist',
    unknown_subject: 'a subject is named and does not exist',
    unknown_level: 'a level (MEF) is named and does not exist',
    other_school: 'a line is about another school',
  },
  notes: {
    no_profile: 'persons whose function the GAR does not admit: it does not receive them',
    account_closed: 'persons whose account is closed: the GAR does not receive them',
    no_assigner: 'nobody can give licences there: name an assigner who has an address',
    assigner_without_mail:
      'assigners without an address in the directory: the GAR does not take them; the address is mended at its source',
    too_many_assigners: 'assigners beyond the 50 that the GAR takes: end some',
    group_renamed: 'groups with the code of a division: the GAR would confuse them, they are given another code',
    subject_unknown: 'subjects without a name in the academy’s list',
    level_unknown:
      'levels without a national code (MEF, or MEFSTAT4 in primary schools): the pupils are exported without them',
    odd_uai: 'the letter of the school’s code does not follow from its digits: check it',
  },
  since: (day) => `Exported since ${day}.`,
  sent: (day) => `Last prepared on ${day}.`,
  neverSent: 'Nothing has been prepared yet.',
  heldOn: (day) => `Last held back on ${day}.`,
  counts: ({ pupils, staff, groups, assigners }) => [
    pupils === 1 ? '1 pupil' : `${pupils} pupils`,
    staff === 1 ? '1 member of staff' : `${staff} members of staff`,
    groups === 1 ? '1 division or group' : `${groups} divisions and groups`,
    assigners === 1 ? '1 assigner' : `${assigners} assigners`,
  ],
  found: (given) => (given[1] ? `${given[0]}: ${given[1]}` : `${given[0]}`),
  toAssigners: 'Name the assigners',
};
