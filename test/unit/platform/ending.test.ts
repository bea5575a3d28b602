import { expect, test } from 'vitest';
import { Ending } from '../../../src/platform/ending.ts';

const reason = new Error('the client has left');

test('whoever listens hears of the end once, with its reason', () => {
  const ending = new Ending();
  const heard: Error[] = [];
  ending.onEnd((why) => heard.push(why));
  ending.end(reason);
  ending.end(new Error('another'));
  expect(heard).toEqual([reason]);
  expect(ending.reason).toBe(reason);
});

test('who listens after the end hears of it at once, and who stopped listening does not', () => {
  const ending = new Ending();
  const heard: string[] = [];
  ending.onEnd(() => heard.push('stopped'))();
  ending.end(reason);
  ending.onEnd(() => heard.push('late'));
  expect(heard).toEqual(['late']);
});

test.each(['before', 'after'])('its signal, asked for %s the end, fires with the reason', (when) => {
  const ending = new Ending();
  if (when === 'before') expect(ending.signal.aborted).toBe(false);
  ending.end(reason);
  expect(ending.signal.reason).toBe(reason);
});
