import { expect, test } from 'vitest';
import { isRunByNpm } from '../../../src/cli/stopped.ts';

test.each([
  ['npm start', { npm_lifecycle_event: 'start', npm_package_name: 'larkstat' }, true],
  ['npm run larkstat', { npm_lifecycle_event: 'larkstat', npm_package_name: 'larkstat' }, true],
  ['nothing: systemd, docker or nohup runs it', {}, false],
  [
    'a script of another package, which may leave it running',
    { npm_lifecycle_event: 'start', npm_package_name: 'mine' },
    false,
  ],
  [
    'another script of ours, which may leave it running',
    { npm_lifecycle_event: 'deploy', npm_package_name: 'larkstat' },
    false,
  ],
])('the variables say whether a process ends with its npm: %s', (_, environment, expected) => {
  expect(isRunByNpm(environment)).toBe(expected);
});
