import { DomainError } from '../shared/errors.ts';

/** The reason to end an operation whose client has left: an expected error, which is not logged. */
export const clientLeft = () => new DomainError('TIMEOUT', 'The client has left');
