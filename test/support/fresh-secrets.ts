import { forgetSecrets } from '../../src/shared/secrets.ts';

// Test files share a process: secrets kept by one file would be redacted from the messages of others.
forgetSecrets();
