import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFrame } from '../../../../src/providers/twitch-eventsub/frame.ts';
import { readEvent } from '../../../../src/providers/twitch-eventsub/read-event.ts';
import { parseRaw } from '../../../../src/providers/twitch-eventsub/raw.ts';
import { must } from '../../../../src/shared/errors.ts';
import { realData } from '../../../support/real-data.ts';

const received = { at: 5, observedAt: 5 };
const place = { broadcaster_user_id: '1', broadcaster_user_login: 'Ada', broadcaster_user_name: 'Ada' };
const lineOf = (type: string, event: object, at = '2026-02-01T22:49:57.09607444Z') =>
  JSON.stringify({ id: 'frame', type, at, event: { ...place, ...event } });
const fragment = (text: string, emote: object | null = null) => ({ type: 'text', text, emote });
const messageOf = (fragments: readonly ReturnType<typeof fragment>[], more: object = {}) => ({
  chatter_user_id: '2',
  chatter_user_login: 'Fan',
  chatter_user_name: 'Fan',
  message_id: '3fb6d62d-c9ae-44fd-a760-59dca732d28e',
  message: { text: fragments.map(({ text }) => text).join(''), fragments },
  ...more,
});
const postOf = (event: object) =>
  must(readEvent(lineOf('channel.chat.message', event), received)?.post, 'it is a message');

describe('a message of EventSub', () => {
  test('has its emotes where they stand in the text, in UTF-16 units', () => {
    const { text, chat } = postOf(
      messageOf([
        fragment('😂 '),
        fragment('Kappa', { id: '25' }),
        fragment(' so '),
        fragment('LUL', { id: '9' }),
      ]),
    );
    expect(chat?.emotes.map(({ name, start }) => [name, start])).toEqual([
      ['Kappa', 3],
      ['LUL', 12],
    ]);
    for (const { name, start = -1 } of chat?.emotes ?? [])
      expect(text.slice(start).startsWith(name)).toBe(true);
  });

  test('by /me is an action, without its marks', () => {
    const { text, chat } = postOf(
      messageOf([fragment('\u0001ACTION waves '), fragment('Kappa', { id: '25' }), fragment('\u0001')]),
    );
    expect(text).toBe('waves Kappa');
    expect(chat).toMatchObject({ isAction: true, emotes: [{ name: 'Kappa', start: 6 }] });
  });

  test('has bits, badges, months and whom it answers', () => {
    const post = postOf(
      messageOf([fragment('Cheer100')], {
        cheer: { bits: 100 },
        badges: [
          { set_id: 'subscriber', id: '12', info: '16' },
          { set_id: 'vip', id: '1', info: '' },
        ],
        reply: {
          parent_message_id: 'cc106a89-1814-919d-454c-f4f2f970aae7',
          parent_user_id: '7',
          parent_user_login: 'x',
        },
        color: '#ff0000',
      }),
    );
    expect(post.chat).toMatchObject({
      bits: 100,
      badges: ['subscriber/12', 'vip/1'],
      subscribedMonths: 16,
      color: '#FF0000',
      isFirst: null,
    });
    expect(post.replyTo).toEqual({
      postId: 'cc106a89-1814-919d-454c-f4f2f970aae7',
      authorId: '7',
      handle: 'x',
    });
    expect(post.createdAt).toBe(Date.parse('2026-02-01T22:49:57.096Z'));
  });

  test('that another channel sent into a shared chat counts there', () => {
    const from = (id: string | null) =>
      readEvent(
        lineOf('channel.chat.message', messageOf([fragment('hi')], { source_broadcaster_user_id: id })),
        received,
      );
    expect([from('2'), from('1'), from(null)].map((item) => item !== null)).toEqual([false, true, true]);
  });

  test('is read again from what was kept of it', () => {
    const event = messageOf([fragment('hi')]);
    const { observedAt: _, ...post } = postOf(event);
    expect(parseRaw(String(post.raw))).toMatchObject(post);
    expect(() => parseRaw('{"line":"x"}')).toThrow('not an EventSub message');
  });
});

describe('what happens beside', () => {
  const eventOf = (type: string, event: object) => readEvent(lineOf(type, event), received)?.event;
  const ban = { user_id: '4', user_login: 'troll', user_name: 'Troll', banned_at: '2026-02-01T22:00:00Z' };

  test('a ban is for good, or a time-out with its length', () => {
    expect(eventOf('channel.ban', { ...ban, ends_at: null })).toMatchObject({ kind: 'BAN', amount: null });
    expect(eventOf('channel.ban', { ...ban, ends_at: '2026-02-01T22:10:00.5Z' })).toMatchObject({
      kind: 'TIMEOUT',
      amount: 601,
      author: { platformId: '4', handle: 'troll' },
    });
  });

  test('a hype train begins, rises and ends', () => {
    const train = (level: number) => ({ id: 't', level, started_at: '2026-02-01T22:00:00Z', ended_at: null });
    const told = (['begin', 'progress', 'end'] as const).map((step, n) =>
      eventOf(`channel.hype_train.${step}`, train(n + 1)),
    );
    expect(told.map((event) => event?.text)).toEqual([
      'A hype train began at level 1',
      'A hype train rose to level 2',
      'A hype train ended at level 3',
    ]);
    expect(new Set(told.map((event) => event?.platformId)).size).toBe(3);
    expect(told[1]).toMatchObject({ kind: 'HYPE_TRAIN', amount: 2 });
  });

  test('an anonymous gift names nobody', () => {
    const gift = { message_id: 'x', notice_type: 'sub_gift', chatter_is_anonymous: true, sub_gift: {} };
    expect(
      eventOf('channel.chat.notification', { ...gift, chatter_user_login: 'ananonymousgifter' }),
    ).toMatchObject({
      kind: 'GIFT',
      amount: 1,
      author: null,
    });
  });

  test('what is hostile or unknown is left out without an error', () => {
    const bad: unknown[] = [
      null,
      1,
      'x',
      [],
      {},
      { event: null },
      { id: 'a', type: 'channel.update', at: 'x', event: place },
    ];
    for (const one of bad) expect(readEvent(JSON.stringify(one), received)).toBeNull();
    for (const text of ['', '{', '\u0000', `{"a":"${'x'.repeat(70_000)}"}`])
      expect(readEvent(text, received)).toBeNull();
    for (const type of [
      'channel.chat.message',
      'channel.ban',
      'channel.hype_train.begin',
      'channel.poll.end',
    ])
      expect(readEvent(lineOf(type, {}), received)).toBeNull();
    const deep = `{"metadata":${'['.repeat(100_000)}`;
    for (const text of ['', '{', 'null', '{"metadata":{}}', deep]) expect(parseFrame(text)).toBeNull();
  });
});

const folder = realData('recorded frames of EventSub');
describe.skipIf(folder === null)('a recorded frame', () => {
  const file = (name: string) => readFileSync(join(folder ?? '', 'recorded/twitch-eventsub', name), 'utf8');

  test('is a welcome, a keepalive, a reconnect or a revocation as the documentation has it', () => {
    expect(parseFrame(file('session_welcome-2026-02-01.json'))).toMatchObject({
      kind: 'welcome',
      keepaliveSeconds: 10,
    });
    expect(parseFrame(file('doc-session_welcome.json'))).toMatchObject({ kind: 'welcome' });
    expect(parseFrame(file('doc-session_keepalive.json'))).toEqual({ kind: 'keepalive' });
    expect(parseFrame(file('doc-session_reconnect.json'))).toMatchObject({ kind: 'reconnect' });
    expect(parseFrame(file('doc-revocation.json'))).toMatchObject({
      kind: 'revocation',
      reason: 'authorization_revoked',
    });
  });

  test.each([
    [
      'notification-channel.chat.message-2025-02-07.json',
      'nhancodes',
      'dd',
      ['broadcaster/1', 'subscriber/3000', 'twitch-recap-2023/1'],
      15,
    ],
    [
      'notification-channel.chat.message-2026-02-01.json',
      'grayhatter_',
      'LETS FUCKING GO!',
      ['subscriber/0'],
      4,
    ],
  ])('%s is the message that it was', (name, handle, text, badges, months) => {
    const frame = parseFrame(file(name));
    if (frame?.kind !== 'notification') throw new Error('it is a notification');
    const post = must(readEvent(frame.line, received)?.post, 'it is a message');
    expect(post).toMatchObject({ author: { handle }, text, chat: { badges, subscribedMonths: months } });
    expect(parseRaw(String(post.raw))).toMatchObject({
      platformId: post.platformId,
      createdAt: post.createdAt,
    });
  });

  test('with emotes has them where they stand', () => {
    const event = JSON.parse(file('event-channel.chat.message-emotes.json'));
    const post = must(
      readEvent(
        JSON.stringify({ id: 'x', type: 'channel.chat.message', at: '2026-02-01T00:00:00Z', event }),
        received,
      )?.post,
      'it is a message',
    );
    expect(post.chat?.emotes.map(({ name, start }) => [name, start])).toEqual([
      ['PMSTwin', 4],
      ['daishi7Anim4', 16],
    ]);
  });
});
