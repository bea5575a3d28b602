import { bytes } from '../format/numbers.ts';
import { readChatLog } from './chat-log.ts';

/** The type of a chosen file, before it is sent. */
export type CheckedFile =
  | { readonly kind: 'zip' }
  /** A `tweets.js` alone does not say whose posts it has. */
  | { readonly kind: 'script' }
  /** A chat log, and the channels that it names. */
  | { readonly kind: 'log'; readonly channels: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

/** Bytes at the start of a file that `checkFile` needs. */
export const headBytes = 4_096;

const howTo =
  'X gives it at Settings › Your account › Download an archive of your data: a zip, whose data/tweets.js holds the posts.';

/**
 * Checks by size and first bytes whether a file can be an X archive or a chat log; `text` is its unpacked start. Null
 * for an unknown limit.
 */
export function checkFile(file: {
  readonly name: string;
  readonly size: number;
  readonly head: Uint8Array;
  readonly start: string;
  readonly mostBytes: number | null;
}): CheckedFile {
  const { name, size, head, start, mostBytes } = file;
  const refused = (why: string): CheckedFile => ({ kind: 'refused', why });
  if (size === 0) return refused(`${name} is empty. Was its download interrupted?`);
  if (mostBytes !== null && size > mostBytes)
    return refused(
      `${name} has ${bytes(size)}; this server takes ${bytes(mostBytes)}. Whoever runs it can raise UPLOAD_MAX_BYTES, or import it by larkstat import.`,
    );
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return { kind: 'zip' };
  if (startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return refused(`${name} is a zip without files. ${howTo}`);
  if (isTweetFile(textOf(head))) return { kind: 'script' };
  if (/^\uFEFF?\s*window\.YTD\./.test(textOf(head)))
    return refused(
      `${name} is a part of an X archive, but not the one with posts: choose data/tweets.js, or the zip.`,
    );
  const log = readChatLog(start);
  if (log !== null) return { kind: 'log', channels: log.channels };
  return refused(
    `${name} is ${kindOf(name, head)}, neither an X archive nor the log of a Twitch chat. ${howTo}`,
  );
}

/** A readable name for the type of a file. */
function kindOf(name: string, head: Uint8Array): string {
  if (startsWith(head, [0x25, 0x50, 0x44, 0x46])) return 'a PDF';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47]) || startsWith(head, [0xff, 0xd8, 0xff])) return 'a picture';
  if (startsWith(head, [0x1f, 0x8b])) return 'a gzip file';
  if (startsWith(head, [0x52, 0x61, 0x72, 0x21])) return 'a RAR file';
  if (startsWith(head, [0x37, 0x7a, 0xbc, 0xaf])) return 'a 7-Zip file';
  if (/^\s*(?:<!doctype|<html)/i.test(textOf(head))) return 'a web page';
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1];
  return ending === undefined ? 'another kind of file' : `a .${ending.toLowerCase()} file`;
}

/** The start of a file of posts, in today's archives and in those from before 2019. */
function isTweetFile(text: string): boolean {
  return /^\uFEFF?\s*(?:window\.YTD\.(?:tweets?|community_tweets?)\.part|Grailbird\.data\.tweets_)/.test(
    text,
  );
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}

function textOf(head: Uint8Array): string {
  return new TextDecoder().decode(head.subarray(0, 256));
}
