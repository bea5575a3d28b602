import { z } from 'zod';
import { countMax } from './json.ts';

/** A count in an API answer: a whole number, limited so that sums stay exact. */
export const count = z.int().nonnegative().max(countMax);
