// Those of the class see whether its lesson is held, moved, not held or covered (r15 to r19, C17), and so does its team.
import { from, rule } from '../../path.ts';

const audience = from('lesson').out('lessonFor');

export const pupil = rule('pupil', audience.in('enrolled'));
export const guardian = rule('guardian', audience.in('enrolled').in('guards'));
export const team = rule('team', audience.in('teaches'));
