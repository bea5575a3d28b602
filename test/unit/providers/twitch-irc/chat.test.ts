import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Chat, openChat } from '../../../../src/providers/twitch-irc/chat.ts';
import { routeOf } from '../../../../src/providers/twitch-irc/route.ts';
import { afterwards } from '../../../support/afterwards.ts';
import { idOf } from '../../../support/fake-twitch-irc.ts';
import { openFakeTwitchIrc } from '../../../support/open-fake-twitch-irc.ts';

type Heard = {
  readonly chat: Chat;
  readonly lines: { readonly channel: string; readonly line: string }[];
  readonly states: string[];
};

function listen(url: string, options: Partial<Parameters<typeof openChat>[0]> = {}): Heard {
  const lines: Heard['lines'] = [];
  const states: string[] = [];
  const chat = openChat({
    url,
    listener: {
      line: (channel, line) => void lines.push({ channel, line }),
      joined: (channel, id) => void states.push(`joined ${channel} ${id}`),
      refused: (channel, reason) => void states.push(`refused ${channel} ${reason}`),
      lost: (channels) => void states.push(`lost ${channels.join(',')}`),
    },
    ...options,
  });
  afterwards(async () => chat.close());
  return { chat, lines, states };
}

const textOf = ({ line }: { readonly line: string }) => line.slice(line.lastIndexOf(' :') + 2);

describe('the anonymous chat', () => {
  test('receives the messages of its channels, and of no other', async () => {
    const fake = await openFakeTwitchIrc();
    const { chat, lines, states } = listen(fake.url);
    chat.join('ada');
    chat.join('bob');
    await Promise.all([fake.joined('ada'), fake.joined('bob')]);
    fake.say('ada', { text: 'one' });
    fake.say('bob', { text: 'two' });
    fake.say('carol', { text: 'nobody is there' });
    await fake.ping();
    expect(lines.map(({ channel }) => channel)).toEqual(['ada', 'bob']);
    expect(lines.map(textOf)).toEqual(['one', 'two']);
    expect(states).toEqual([`joined ada ${idOf('ada')}`, `joined bob ${idOf('bob')}`]);
    // It sends no password, and a name that anybody may use.
    expect(fake.received.filter((line) => line.startsWith('PASS'))).toEqual([]);
    expect(fake.received).toContainEqual(expect.stringMatching(/^NICK justinfan\d+$/));
    chat.leave('bob');
    await expect.poll(() => fake.listeners('bob')).toBe(0);
    fake.say('bob', { text: 'left' });
    await fake.ping();
    expect(lines).toHaveLength(2);
  });

  test('prints nothing when more channels are joined than Twitch lets in at once', async () => {
    const fake = await openFakeTwitchIrc();
    const logins = Array.from({ length: 25 }, (_, index) => `many${index}`);
    const program = `
      import { openChat } from './src/providers/twitch-irc/chat.ts';
      const listener = { line() {}, joined() {}, refused() {}, lost() {} };
      const chat = openChat({ url: '${fake.url}', listener });
      for (const login of '${logins}'.split(',')) chat.join(login);`;
    // A separate process, because the library uses the console of the time when it is loaded.
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
    afterwards(async () => void child.kill());
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
    await expect.poll(() => logins.filter((login) => fake.listeners(login) > 0).length).toBe(20);
    child.kill();
    await new Promise((resolve) => child.once('close', resolve));
    expect(printed).toBe('');
  });

  test('takes several lines of one frame, and one line of two', async () => {
    const fake = await openFakeTwitchIrc();
    const { chat, lines } = listen(fake.url);
    chat.join('ada');
    await fake.joined('ada');
    fake.send(
      'ada',
      ['one', 'two', 'three'].map((text) => fake.line('ada', { text })),
    );
    const cut = fake.line('ada', { text: 'cut in the middle' });
    fake.sendCut('ada', cut, cut.length - 4);
    await fake.ping();
    expect(lines.map(textOf)).toEqual(['one', 'two', 'three', 'cut in the middle']);
  });

  test('keeps the old connection until the new one hears all, when Twitch wants a new one', async () => {
    const fake = await openFakeTwitchIrc();
    const { chat, lines, states } = listen(fake.url);
    chat.join('ada');
    await fake.joined('ada');
    const sent: string[] = [];
    const say = () => void sent.push(fake.say('ada', { text: `message ${sent.length}` }));
    const talking = setInterval(say, 5);
    fake.reconnect();
    await expect.poll(() => fake.opened).toBe(2);
    await expect.poll(() => fake.connections, { timeout: 20_000 }).toBe(1);
    clearInterval(talking);
    await fake.ping();
    const ids = lines.map(({ line }) => /;id=([^;]+)/.exec(line)?.[1]);
    // Some twice, from the time with two connections.
    expect([...new Set(ids)].sort()).toEqual([...sent].sort());
    expect(states.filter((state) => state.startsWith('lost'))).toEqual([]);
  });

  test('comes back to its channels after a connection was lost, and says so', async () => {
    const fake = await openFakeTwitchIrc();
    const { chat, lines, states } = listen(fake.url);
    chat.join('ada');
    await fake.joined('ada');
    fake.drop();
    await expect.poll(() => states).toContain('lost ada');
    await expect.poll(() => fake.listeners('ada'), { timeout: 20_000 }).toBe(1);
    fake.say('ada', { text: 'again' });
    await fake.ping();
    expect(lines.map(textOf)).toEqual(['again']);
    expect(states.filter((state) => state.startsWith('joined ada'))).toHaveLength(2);
  });

  test('says which channels are refused, and tries them again', async () => {
    const fake = await openFakeTwitchIrc();
    fake.suspended.add('gone');
    const { chat, states } = listen(fake.url, { againMs: 200 });
    chat.join('gone');
    await expect.poll(() => states).toContain('refused gone msg_channel_suspended');
    fake.suspended.clear();
    await expect.poll(() => states, { timeout: 15_000 }).toContain(`joined gone ${idOf('gone')}`);
  });

  test('says that a channel gives no answer', async () => {
    const fake = await openFakeTwitchIrc();
    fake.silent.add('nobody');
    const { chat, states } = listen(fake.url);
    chat.join('nobody');
    await expect.poll(() => states, { timeout: 20_000 }).toEqual([expect.stringMatching(/^refused nobody /)]);
  });

  test('spreads channels over connections, each of which joins no more than Twitch lets it', async () => {
    const fake = await openFakeTwitchIrc({ joinsIn10s: 20 });
    const { chat, states } = listen(fake.url, { channelsPerSocket: 20 });
    const channels = Array.from({ length: 90 }, (_, n) => `channel${n}`);
    for (const channel of channels) chat.join(channel);
    await expect.poll(() => states.length, { timeout: 20_000 }).toBe(90);
    expect(fake.connections).toBe(5);
    expect(states.every((state) => state.startsWith('joined'))).toBe(true);
  });
});

test.each([
  ['PING :tmi.twitch.tv', 'PING', null],
  [':tmi.twitch.tv RECONNECT', 'RECONNECT', null],
  [':a!a@a.tmi.twitch.tv PRIVMSG #Ada :hi #bob', 'PRIVMSG', 'ada'],
  ['@id=1;text=\\s#x :a!a@a PRIVMSG #ada :hi', 'PRIVMSG', 'ada'],
  ['@id=1 :tmi.twitch.tv CLEARCHAT #ada', 'CLEARCHAT', 'ada'],
  ['@', '', null],
  ['', '', null],
])('the route of %j', (line, command, channel) => {
  expect(routeOf(line)).toEqual({ command, channel });
});
