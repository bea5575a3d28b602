const irc = (channel: string) => `:ann!ann@ann.tmi.twitch.tv PRIVMSG #${channel} :hello`;
const tagged = `@badges=;display-name=Ann;id=1;tmi-sent-ts=1662206235860;user-id=7 ${irc('quay')}`;

/** Starts of files, and the channels that they name; null when a file is not a chat log. */
export const logStarts: readonly (readonly [
  what: string,
  start: string,
  channels: readonly string[] | null,
])[] = [
  [
    "TwitchDownloader's JSON",
    '{"FileInfo":{"Version":{}},"streamer":{"name":"Quay","login":"quay","id":5},"comments":[',
    ['quay'],
  ],
  [
    "TwitchDownloader's, of its first versions",
    '{ "streamer": {"name": "Quay", "id": 5}, "comments": [',
    ['quay'],
  ],
  ["TwitchDownloader's, without a streamer", '{"comments":[{"content_offset_seconds":1,"commenter":', []],
  ["twitch-archiver's JSON", '[\n {"id":"1","commenter":{"login":"ann"},"message":{"fragments":[', []],
  [
    "justlog's JSON",
    '{"messages":[{"text":"hi","username":"ann","channel":"quay","timestamp":"2026',
    ['quay'],
  ],
  ["rustlog's JSON, a line each", `{"raw":"${irc('quay')}","username":"ann","timestamp":"2026"}`, ['quay']],
  ['lines of IRC with tags', `${tagged}\r\n${tagged}`, ['quay']],
  [
    'lines of IRC of several channels',
    `${irc('quay')}\n${irc('harbour')}\n${irc('quay')}`,
    ['quay', 'harbour'],
  ],
  [
    'lines of IRC after their stamps',
    `2019-04-30_08:56:59 ;;; :tmi.twitch.tv 001 me :Welcome\n2019-04-30_08:56:59 ;;; ${irc('quay')}`,
    ['quay'],
  ],
  ["justlog's text", '[2023-01-02 03:04:05] #quay ann: hello', ['quay']],
  ["justlog's text of who was silenced", '[2023-01-02 03:04:05] #quay bob has been banned', ['quay']],
  ['text with a zone', '[2022-07-16 15:56:51 UTC] Ann: hello', []],
  ['text with an offset', '[2022-07-16T15:56:51.123+02:00] Ann: hello', []],
  ['text by Unix time', '\uFEFF1480664483 ann: hello\n1480664486 bob: hi', []],
  ["Chatterino's", '# Start logging at 2026-01-31 15:56:00 CET\n[15:56:51]  ann: hello', []],
  ['words', 'hello, how are you?', null],
  ['a table', 'id,text\n1,hello', null],
  ['other JSON', '{"name":"larkstat","version":"1"}', null],
  ['an archive', 'window.YTD.tweets.part0 = [ {"tweet":{"full_text":"hi"}}', null],
  ['a list of nothing', '[]', null],
  ['nothing', '', null],
];
