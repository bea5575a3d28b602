import { z } from 'zod';
import { countMax } from './json.ts';

/** A count as APIs write it: a whole number that sums stay exact with. */
export const count = z.int().nonnegative().max(countMax);
