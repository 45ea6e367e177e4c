// The archive of a school is read by those who direct it, each time with a written motive (C20, C9).
import { from, rule } from '../../path.ts';

const archive = from('logbook').out('archivedAt');

export const archiveHead = rule('head', archive.in('heads'));
export const archiveDeputy = rule('deputy', archive.in('deputises'));
export const archiveDirection = rule('direction', archive.in('directs').alongside('post', ['function', 'direction']));
