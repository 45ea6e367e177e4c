// Those who were given a licence, one each, as long as they have a place in the school (C31).
import { rule } from '../../path.ts';
import { open } from './open.ts';

export const assigned = rule('assigned', open.in('assigned'));
