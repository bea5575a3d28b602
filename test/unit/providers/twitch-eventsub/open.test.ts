import { expect, test } from 'vitest';
import { openEventSub } from '../../../../src/providers/twitch-eventsub/open.ts';
import { openFakeTwitchEventSub } from '../../../support/fake-twitch-eventsub.ts';
import { idOf } from '../../../support/fake-twitch-irc.ts';
import { patienceMs } from '../../../support/patience.ts';

const patience = { timeout: patienceMs };

async function openHeard() {
  const fake = await openFakeTwitchEventSub();
  const heard = {
    joined: [] as string[],
    refused: [] as string[],
    lost: [] as string[],
    lines: [] as string[],
  };
  const events = openEventSub({
    ...fake.options(),
    listener: {
      joined: (channel) => heard.joined.push(channel),
      refused: (channel) => heard.refused.push(channel),
      lost: (channels) => heard.lost.push(...channels),
      line: (_, line) => heard.lines.push(line),
    },
  });
  const join = (login: string) => events.join({ login, channelId: idOf(login) });
  return { fake, heard, events, join };
}

test('keeps to 3 connections of 300 subscriptions, and refuses what is beyond', async () => {
  const { fake, heard, events, join } = await openHeard();
  for (let n = 0; n < 150; n++) join(`channel${n}`);
  await expect.poll(() => heard.joined.length, patience).toBe(147);
  expect(heard.refused).toHaveLength(3);
  expect(fake.most).toEqual({ sessions: 3, subscriptions: 49 * 6 });
  // Requested again at once, as the collector does: nothing is opened for it.
  for (const channel of heard.refused.slice()) join(channel);
  expect(heard.refused).toHaveLength(3);
  events.leave(idOf('channel0'));
  await expect.poll(() => fake.types('channel0'), patience).toEqual([]);
  events.close();
  await expect.poll(() => fake.connections, patience).toBe(0);
});

test('reports the levels of a hype train, not each contribution', async () => {
  const { fake, heard, events, join } = await openHeard();
  fake.userId = idOf('own');
  fake.scopes = ['user:read:chat', 'channel:read:hype_train', 'channel:moderate'];
  join('own');
  await expect.poll(() => heard.joined, patience).toEqual(['own']);
  expect(fake.types('own')).toContain('channel.ban');
  expect(fake.types('own')).not.toContain('channel.chat.clear_user_messages');
  const train = (step: string, level: number) =>
    fake.send('own', `channel.hype_train.${step}`, { id: 't', level, started_at: '2026-02-01T22:00:00Z' });
  train('begin', 1);
  for (const level of [1, 1, 2, 2, 3, 2]) train('progress', level);
  train('end', 3);
  await expect.poll(() => heard.lines.length, patience).toBe(4);
  expect(heard.lines.map((line) => JSON.parse(line)).map(({ type, event }) => [type, event.level])).toEqual([
    ['channel.hype_train.begin', 1],
    ['channel.hype_train.progress', 2],
    ['channel.hype_train.progress', 3],
    ['channel.hype_train.end', 3],
  ]);
  events.close();
});

test('a session whose new connection fails continues over the old one', async () => {
  const { fake, heard, events, join } = await openHeard();
  join('ada');
  await expect.poll(() => heard.joined, patience).toEqual(['ada']);
  fake.reconnectTo('ws://127.0.0.1:1/ws');
  fake.reconnectTo('file:///etc/passwd');
  fake.say('ada', { text: 'still here' });
  await expect.poll(() => heard.lines.length, patience).toBe(1);
  expect(heard.lost).toEqual([]);
  // Then the old one ends, too, and all subscriptions are created again.
  fake.drop();
  await expect.poll(() => heard.joined, patience).toEqual(['ada', 'ada']);
  expect(heard.lost).toEqual(['ada']);
  events.close();
});
