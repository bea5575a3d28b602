/** The log of a chat, by its beginning. */
export type ChatLog = {
  /** The channels that it names there: none, when somebody has to say whose chat it is. */
  readonly channels: readonly string[];
};

/** Bytes of a file's text that are looked at, as the server does. */
const startBytes = 64 * 1024;
/** Lines of it. */
const mostLines = 300;

/**
 * Reads the beginning of a file as text, in UTF-8 or UTF-16; unpacks gzip. Other data becomes a text that matches no
 * log.
 */
export async function textStart(file: Blob): Promise<string> {
  const [first = 0, second = 0] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = first === 0x1f && second === 0x8b;
  const bytes = isGzip
    ? await unpackedStart(file)
    : new Uint8Array(await file.slice(0, startBytes).arrayBuffer());
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

async function unpackedStart(file: Blob): Promise<Uint8Array> {
  const start = new Uint8Array(startBytes);
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  let length = 0;
  try {
    while (length < startBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, startBytes - length);
      start.set(part, length);
      length += part.length;
    }
    await reader.cancel();
  } catch {
    // The file is broken or cut off: what was read shows what it is.
  }
  return start.subarray(0, length);
}

/** Says whether a file is the log of a chat, by the beginning of its text; null when it is none. */
export function readChatLog(start: string): ChatLog | null {
  if (/^\s*(?:\{|\[\s*[{\]])/.test(start)) return readJson(start);
  const channels = new Set<string>();
  let isLog = false;
  for (const line of start.split(/\r?\n/, mostLines)) {
    const channel = channelOfIrc(line) ?? channelOfText(line);
    if (channel === null) continue;
    isLog = true;
    if (channel !== '') channels.add(channel);
  }
  return isLog ? { channels: [...channels] } : null;
}

/** TwitchDownloader, twitch-archiver, justlog and rustlog. */
function readJson(start: string): ChatLog | null {
  const has = (name: string) => start.includes(`"${name}"`);
  const isDownloader = has('FileInfo') || has('comments') || has('content_offset_seconds');
  if (isDownloader) {
    const streamer = /"streamer"\s*:\s*\{[^{}]*\}/.exec(start)?.[0] ?? '';
    const name = (/"login"\s*:\s*"(\w{1,25})"/.exec(streamer) ??
      /"name"\s*:\s*"(\w{1,25})"/.exec(streamer))?.[1];
    return { channels: name === undefined ? [] : [name.toLowerCase()] };
  }
  if (has('commenter') && has('fragments')) return { channels: [] };
  const isMessages = /^\s*\{\s*"messages"\s*:/.test(start);
  if (!isMessages && !((has('timestamp') || has('raw')) && has('username'))) return null;
  const named = [...start.matchAll(/"channel"\s*:\s*"#?(\w{1,25})"|(?:PRIVMSG|USERNOTICE) #(\w{1,25})/g)];
  return { channels: [...new Set(named.map(([, one, other]) => (one ?? other ?? '').toLowerCase()))] };
}

/** The channel of a line of IRC, which may follow the time when it was read; null for any other line. */
function channelOfIrc(line: string): string | null {
  const message = line.replace(/^\d{4}-\d\d-\d\d[ T_]\d\d:\d\d:\d\d ;;; ?/, '');
  const match = /^(?:@\S* )?(?::\S+ )?(?:PRIVMSG|USERNOTICE|CLEARCHAT|CLEARMSG) #(\w{1,25})(?: |$)/.exec(
    message,
  );
  return match?.[1]?.toLowerCase() ?? null;
}

const day = '\\d{4}-\\d\\d-\\d\\d[ T_]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})? ?(?:UTC|Z|[+-]\\d\\d:?\\d\\d)?';
const nick = '[^\\s!@:]{1,60}';
const named = new RegExp(`^\\[${day}\\] #(\\w{1,25}) ${nick}(?::| has been )`);
const nameless = new RegExp(
  `^(?:\\[${day}\\]  ?|\\[\\d\\d:\\d\\d:\\d\\d\\]  ?|\\d{9,10} |\\d{12,13} )${nick}:`,
);

/** The channel of a line of text, empty when the line does not name it; null for any other line. */
function channelOfText(line: string): string | null {
  const told = named.exec(line)?.[1]?.toLowerCase();
  if (told !== undefined) return told;
  return nameless.test(line.replace(/^\uFEFF/, '')) || /^# Start logging at \d{4}-\d\d-\d\d /.test(line)
    ? ''
    : null;
}
