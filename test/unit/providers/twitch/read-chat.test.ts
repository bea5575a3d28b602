import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRaw } from '../../../../src/providers/twitch/raw.ts';
import { readChat } from '../../../../src/providers/twitch/read-chat.ts';
import { realData } from '../../../support/real-data.ts';

const at = Date.UTC(2026, 0, 1);
const received = { at, observedAt: at };
const id = '885196de-cb67-427a-baa8-82f9b0fcd05f';
const line = (tags: string, text: string, nick = 'ann') =>
  `${tags === '' ? '' : `@${tags} `}:${nick}!${nick}@${nick}.tmi.twitch.tv PRIVMSG #Chan :${text}`;
const message = (tags: string, text: string) => readChat(line(tags, text), received)?.post;
const emotesOf = (tags: string, text: string) =>
  message(tags, text)?.chat?.emotes.map(({ name, start }) => [name, start]);

describe('a message', () => {
  test('has the values of its tags', () => {
    const tags = `badge-info=subscriber/16;badges=subscriber/12,premium/1;color=#ff00aa;display-name=Ann;first-msg=1;id=${id};returning-chatter=0;room-id=5;tmi-sent-ts=1662206235860;user-id=7;bits=100`;
    expect(readChat(line(tags, 'hello'), received)).toMatchObject({
      channel: 'chan',
      channelId: '5',
      post: {
        platformId: id,
        author: { platformId: '7', handle: 'ann', displayName: 'Ann' },
        kind: 'MESSAGE',
        text: 'hello',
        createdAt: 1662206235860,
        chat: {
          badges: ['subscriber/12', 'premium/1'],
          bits: 100,
          isFirst: true,
          isReturning: false,
          subscribedMonths: 16,
          color: '#FF00AA',
        },
      },
    });
  });

  test('without tags has the time of its arrival, and an id that is computed from its content', () => {
    const one = message('', 'hello');
    expect(one).toMatchObject({
      createdAt: at,
      author: { platformId: null, handle: 'ann' },
      chat: { isFirst: null },
    });
    expect(message('', 'hello')?.platformId).toBe(one?.platformId);
    expect(message('', 'hello!')?.platformId).not.toBe(one?.platformId);
    expect(readChat(line('', 'hello'), { ...received, repeated: 1 })?.post?.platformId).not.toBe(
      one?.platformId,
    );
  });

  test('by /me has only the text, and its emotes at their places in it', () => {
    const action = message('emotes=25:6-10', '\u0001ACTION waves Kappa\u0001');
    expect(action).toMatchObject({ text: 'waves Kappa', chat: { isAction: true } });
    expect(action?.chat?.emotes).toEqual([
      { name: 'Kappa', start: 6, imageUrl: 'https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/2.0' },
    ]);
  });

  test('has its emotes by code points', () => {
    expect(emotesOf('emotes=25:1-5/25:9-13', '😂Kappa😂 &Kappa')).toEqual([
      ['Kappa', 2],
      ['Kappa', 11],
    ]);
  });

  test.each(['25:4-0', '84608:9-10', '25:0-99', '25', ':0-4', '25:-', '25:x-y', '25:3-6', '25:0.5-4'])(
    'leaves out an emote at a place that the text does not have: %s',
    (tag) => expect(emotesOf(`emotes=${tag}`, 'Kappa a')).toEqual([]),
  );

  test('loses the filler of repeated messages, and its emotes stay in place', () => {
    expect(message('', 'again \u{E0000}')?.text).toBe('again');
    expect(message('emotes=25:4-8', 'a \u{E0000} Kappa \u{E0000}')).toMatchObject({
      text: 'a  Kappa',
      chat: { emotes: [{ name: 'Kappa', start: 3 }] },
    });
  });

  test('that is a reply has the ids of the author and of the message that it answers', () => {
    const tags = `reply-parent-msg-id=${id};reply-parent-user-id=9;reply-parent-user-login=bob`;
    expect(message(tags, '@bob yes')?.replyTo).toEqual({ postId: id, authorId: '9', handle: 'bob' });
  });

  test('counts only in the channel in which it was sent', () => {
    expect(readChat(line('room-id=5;source-room-id=6', 'x'), received)).toBeNull();
    expect(message('room-id=5;source-room-id=5', 'x')?.text).toBe('x');
  });

  test('is the same when its stored line is read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(3), (text, repeated) => {
        const safe = text.replace(/[\r\n]/g, '');
        const post = readChat(line('', safe), { ...received, repeated })?.post;
        expect(post).toBeDefined();
        expect(parseRaw(String(post?.raw))).toEqual({ ...post, raw: expect.any(String) });
      }),
    );
  });
});

describe('an event', () => {
  const event = (text: string) => readChat(text, received)?.event;

  test('says who was timed out, and for how long', () => {
    expect(
      event('@ban-duration=600;target-user-id=7;tmi-sent-ts=1000 :tmi.twitch.tv CLEARCHAT #chan :Ann'),
    ).toMatchObject({ kind: 'TIMEOUT', at: 1000, amount: 600, author: { platformId: '7', handle: 'ann' } });
    expect(event(':tmi.twitch.tv CLEARCHAT #chan :ann')).toMatchObject({ kind: 'BAN', at });
    expect(event(':tmi.twitch.tv CLEARCHAT #chan')).toMatchObject({ kind: 'CHAT_CLEARED', author: null });
  });

  test('says which message was deleted, without its text', () => {
    expect(event(`@login=ann;target-msg-id=${id} :tmi.twitch.tv CLEARMSG #chan :secret`)).toMatchObject({
      kind: 'MESSAGE_DELETED',
      messageId: id,
      text: null,
    });
  });

  test.each([
    ['msg-id=raid;msg-param-viewerCount=12', 'RAID', 12],
    ['msg-id=resub;msg-param-cumulative-months=7', 'SUBSCRIPTION', 7],
    ['msg-id=submysterygift;msg-param-mass-gift-count=5', 'GIFT', 5],
    ['msg-id=subgift', 'GIFT', 1],
    ['msg-id=announcement', 'ANNOUNCEMENT', null],
    ['msg-id=tomorrow', 'OTHER', null],
  ])('of %s is a %s', (tags, kind, amount) => {
    expect(event(`@login=ann;system-msg=so\\sit\\sis;${tags} :tmi.twitch.tv USERNOTICE #chan`)).toMatchObject(
      {
        kind,
        amount,
        author: { handle: 'ann' },
        text: 'so it is',
      },
    );
  });
});

describe('a line', () => {
  test('of any kind is read without an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc
            .array(
              fc.constantFrom(
                '@',
                ' ',
                ':',
                ';',
                '=',
                '\\',
                '!',
                '#',
                'PRIVMSG',
                'CLEARMSG',
                'id',
                '/',
                ',',
                '-',
                '1',
              ),
            )
            .map((parts) => parts.join('')),
        ),
        (text) => void readChat(text, received),
      ),
    );
  });

  test('has its tags unescaped', () => {
    expect(message('display-name=a\\sb\\:c\\\\d\\', 'x')?.author.displayName).toBe('a b;c\\d');
  });

  test('of the server itself, without a channel, or far too long is ignored', () => {
    for (const text of [
      '',
      'PING :tmi.twitch.tv',
      ':tmi.twitch.tv 001 a :Welcome',
      '@a=b',
      ':a',
      line('', 'x'.repeat(20_000)),
    ])
      expect(readChat(text, received)).toBeNull();
  });
});

const data = realData('tagged lines of Twitch chat');
test.skipIf(data === null)('every recorded line with tags is read', () => {
  const lines = readFileSync(`${data}/twitch-chat/chatterino-irc-tagged.jsonl`, 'utf8').trim().split('\n');
  const counts = { post: 0, event: 0, shared: 0 };
  for (const text of lines) {
    const { input } = JSON.parse(text) as { input: string };
    const item = readChat(input, received);
    if (item === null) {
      const [room, source] = ['room-id', 'source-room-id'].map(
        (tag) => new RegExp(`[@;]${tag}=(\\d+)`).exec(input)?.[1],
      );
      expect([input, source !== undefined && source !== room]).toEqual([input, true]);
      counts.shared++;
    } else if (item.post !== undefined) counts.post++;
    else counts.event++;
  }
  // Of 55 lines 5 were sent in another channel, and 31 of the others contain PRIVMSG.
  expect(counts).toEqual({ post: 31, event: 19, shared: 5 });
});
