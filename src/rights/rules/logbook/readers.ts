// Who may see who reads a logbook, and who could: those who keep it and those who direct its school (C25, r10 to r12),
// for as long as it is kept (I12).
import { from, rule } from '../../path.ts';

const school = from('logbook').out('ofSchool');
const archive = from('logbook').out('archivedAt');

export const readersHead = rule('head', school.in('heads'), archive.in('heads'));
export const readersDeputy = rule('deputy', school.in('deputises'), archive.in('deputises'));
export const readersDirection = rule(
  'direction',
  school.in('directs').alongside('post', ['function', 'direction']),
  archive.in('directs').alongside('post', ['function', 'direction']),
);
