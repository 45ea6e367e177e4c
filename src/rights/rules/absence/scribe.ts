// The secretariat writes for the head by written delegation (r9, C13).
import { from, rule } from '../../path.ts';

export const scribe = rule(
  'scribe',
  from('absence').out('absenceAt').in('secretary').alongside('delegated', ['act', 'absences']),
);
