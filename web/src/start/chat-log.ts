/** The start of a chat log. */
export type ChatLog = {
  /** The channels named there; none when a person has to say whose chat it is. */
  readonly channels: readonly string[];
};

/** Bytes of a file's text that are read, as on the server. */
const startBytes = 64 * 1024;
/** Most lines that are read. */
const mostLines = 300;

/** Reads the start of a file as text, in UTF-8 or UTF-16; unpacks gzip. Other data becomes text that matches no log. */
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
    // The file is broken or truncated: the part that was read is enough to recognise it.
  }
  return start.subarray(0, length);
}

/** Recognises a chat log by the start of its text; null when it is none. */
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

/** Reads logs of TwitchDownloader, twitch-archiver, justlog and rustlog. */
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

/** The channel of a line of IRC, with or without a timestamp in front; null for other lines. */
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

/** The channel of a line of text, empty when the line does not name it; null for other lines. */
function channelOfText(line: string): string | null {
  const told = named.exec(line)?.[1]?.toLowerCase();
  if (told !== undefined) return told;
  return nameless.test(line.replace(/^\uFEFF/, '')) || /^# Start logging at \d{4}-\d\d-\d\d /.test(line)
    ? ''
    : null;
}
