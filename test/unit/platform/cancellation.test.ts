import { expect, test } from 'vitest';
import { Cancellation } from '../../../src/platform/cancellation.ts';

const reason = new Error('the client has left');

test('a listener is called once, with the reason', () => {
  const cancellation = new Cancellation();
  const heard: Error[] = [];
  cancellation.onCancel((why) => heard.push(why));
  cancellation.cancel(reason);
  cancellation.cancel(new Error('another'));
  expect(heard).toEqual([reason]);
  expect(cancellation.reason).toBe(reason);
});

test('a late listener is called at once, and a removed one is not', () => {
  const cancellation = new Cancellation();
  const heard: string[] = [];
  cancellation.onCancel(() => heard.push('stopped'))();
  cancellation.cancel(reason);
  cancellation.onCancel(() => heard.push('late'));
  expect(heard).toEqual(['late']);
});

test.each(['before', 'after'])('its signal, read %s the cancellation, fires with the reason', (when) => {
  const cancellation = new Cancellation();
  if (when === 'before') expect(cancellation.signal.aborted).toBe(false);
  cancellation.cancel(reason);
  expect(cancellation.signal.reason).toBe(reason);
});
