import { DomainError } from '../shared/errors.ts';

/** Why an operation ends whose client needs it no more: an expected error, which nobody logs. */
export const clientLeft = () => new DomainError('TIMEOUT', 'The client has left');
