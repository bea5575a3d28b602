import { forgetSecrets } from '../../src/shared/secrets.ts';

// Test files share a process: what one of them keeps as a secret would be taken out of the messages of all others.
forgetSecrets();
