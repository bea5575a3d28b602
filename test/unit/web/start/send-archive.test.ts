import { expect, it, test } from 'vitest';
import { problemIn, speedMeter } from '../../../../web/src/start/send-archive.ts';

it('an answer with a job is no problem', () => {
  expect(problemIn('{"data":{"importFile":{"id":"a"}}}', 200)).toBeNull();
});

test.each([
  ['{"errors":[{"message":"Too large","extensions":{"code":"QUERY_TOO_COMPLEX"}}]}', 413, 'Too large'],
  ['{"data":null,"errors":[{"message":"No","extensions":{"code":"FORBIDDEN"}}]}', 200, 'No'],
  ['<html>413 Request Entity Too Large</html>', 413, 'status 413'],
  ['', 502, 'status 502'],
])('the error in %j is shown', (text, status, words) => {
  expect(problemIn(text, status)?.hint).toContain(words);
});

it('the speed is that of the last seconds, not of the whole upload', () => {
  const speed = speedMeter();
  expect(speed(0, 0)).toBeNull();
  expect(speed(100, 100)).toBeNull();
  for (let second = 1; second <= 10; second += 1) speed(second * 1_000, second * 1_000);
  // Ten times as fast from here on: after four seconds the slow time no longer counts.
  let last: number | null = null;
  for (let second = 11; second <= 15; second += 1)
    last = speed(10_000 + (second - 10) * 10_000, second * 1_000);
  expect(last).toBeCloseTo(10_000, 0);
});
