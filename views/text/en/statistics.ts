// The English words of the statistics of a school.
import type { Text } from '../fr.ts';

export const statistics: Text['pages']['statistics'] = {
  title: 'Statistics of use',
  heading: 'Statistics of use',
  intro:
    'How many sign-ins, accounts and resources opened, month by month. These are counters: no person is recorded in them, and nobody can be recognised in them.',
  merged: 'A number with fewer than ten persons behind it is never shown alone: it is joined to others, or not told.',
  none: 'Nothing has been counted yet.',
  now: 'under way',
  accounts: 'Active accounts',
  accountsHint: 'Accounts that were opened and can sign in.',
  connections: 'Sign-ins',
  connectionsHint: 'Each session that is opened counts once at each school of the person.',
  openings: 'Resources opened, by profile',
  resources: 'Resources opened, by resource',
  tooFew: 'Too few persons to be told.',
  whenOver: 'Told once the month is over: followed day by day, this number could tell of one person.',
  profile: 'Profile',
  resource: 'Resource',
  count: 'Number',
  profiles: {
    pupil: 'pupils',
    guardian: 'legal representatives',
    teacher: 'teachers',
    staff: 'other staff',
  },
};
