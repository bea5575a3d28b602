import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { patienceMs } from './patience.ts';

// Otherwise what is looked for has a second to come.
configure({ asyncUtilTimeout: patienceMs });

// The library does this by itself only where the test functions are global.
afterEach(cleanup);
