// Those of an audience for whom the school has a whole licence (C31): its pupils, or its staff by what they do there.
import { rule } from '../../path.ts';
import { open } from './assigned.ts';

const pupils = open.in('openTo', ['audience', 'pupil']);
const teachers = open.in('openTo', ['audience', 'teacher']);
const librarians = open.in('openTo', ['audience', 'librarian']);
const staff = open.in('openTo', ['audience', 'staff']);

/** Of the staff, those of table 3: not the office, nor the bursar (r9, r9b), nor who comes from elsewhere (r13, r24). */
export const site = rule(
  'site',
  pupils.in('attends'),
  teachers.in('post', ['function', 'teacher']),
  librarians.in('post', ['function', 'librarian']),
  staff.in('heads'),
  staff.in('deputises'),
  staff.in('post', ['function', 'head']),
  staff.in('post', ['function', 'deputy']),
  staff.in('post', ['function', 'direction']),
  staff.in('post', ['function', 'school_life']),
  staff.in('post', ['function', 'assistant']),
);
