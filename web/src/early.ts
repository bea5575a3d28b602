import type { Client } from 'urql';
import { createApi } from './api/client.ts';
import { askEarly } from './ask-early.ts';
import { shared } from './share/shared.ts';

// Runs before the rest of the dashboard is there: see `web/ahead.ts`. So it imports nothing of what only shows.

/** The client of the API that the dashboard begins with. */
export const firstApi: Client = createApi();

// With half a link nothing is asked: there is nothing to ask it with.
if (shared === null || shared.token !== null) askEarly(firstApi, location);
