// A deputy signs for the head only what a recorded, personal and dated delegation names (r11, C8).
import { from, rule } from '../../path.ts';

const deputy = from('logbook').out('ofSchool').in('deputises');

export const visaDelegate = rule('delegate', deputy.alongside('delegated', ['act', 'visa']));
export const validateDelegate = rule('delegate', deputy.alongside('delegated', ['act', 'validate']));
export const revokeDelegate = rule('delegate', deputy.alongside('delegated', ['act', 'revoke']));
