import type { Client } from 'urql';
import { createApi } from './api/client.ts';
import { askEarly } from './ask-early.ts';
import { shared } from './share/shared.ts';

// Runs before the rest of the dashboard is loaded: see `web/preload.ts`. So it must not import code for display.

/** The dashboard's first API client. */
export const firstApi: Client = createApi();

// An incomplete share link has no token, so nothing can be requested.
if (shared === null || shared.token !== null) askEarly(firstApi, location);
