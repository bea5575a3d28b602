import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { patienceMs } from './patience.ts';

// The default timeout is one second.
configure({ asyncUtilTimeout: patienceMs });

// The library does this itself only when the test functions are global.
afterEach(cleanup);
