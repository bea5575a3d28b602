import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a handmade zip; missing fields are as in a correct zip. */
export type ZipMember = {
  readonly name: string;
  /** Its unpacked content. */
  readonly content: string | Buffer;
  /** The packed bytes, which need not match the content. */
  readonly packed?: Buffer;
  /** 0 stores, 8 deflates (the default); others are only declared. */
  readonly method?: number;
  readonly flags?: number;
  /** Bytes in the local header between the name and the data. */
  readonly localExtra?: Buffer;
  readonly centralExtra?: Buffer;
  /** Values in the table of contents. */
  readonly declared?: {
    readonly packedBytes?: number;
    readonly bytes?: number;
    readonly checksum?: number;
    /** Position of the local header. When it is set, the file itself is not written. */
    readonly offset?: number;
    /** Unix mode and type, e.g. 0o120777 for a link. */
    readonly mode?: number;
  };
};

/** False values for the end record. */
export type ZipEnd = { readonly entries?: number; readonly directoryStart?: number };

/** A zip of these files, in their order. */
export function zipOf(members: readonly ZipMember[], end: ZipEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const packed = packedBytes(member);
    const offset = member.declared?.offset ?? at;
    directory.push(centralHeader(member, packed, offset));
    if (member.declared?.offset !== undefined) continue;
    const local = Buffer.concat([localHeader(member, packed), packed]);
    parts.push(local);
    at += local.length;
  }
  const table = Buffer.concat(directory);
  return Buffer.concat([...parts, table, endRecord(members.length, at, table.length, end)]);
}

/** The bytes of a file inside the zip. */
export const packedBytes = ({ content, packed, method = 8 }: ZipMember): Buffer =>
  packed ?? (method === 8 ? deflateRawSync(content) : Buffer.from(content));

/** The header before a file's bytes. */
export function localHeader(member: ZipMember, packed: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeFacts(header.subarray(4), member, packed);
  return Buffer.concat([header, Buffer.from(member.name), member.localExtra ?? Buffer.alloc(0)]);
}

function centralHeader(member: ZipMember, packed: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 20, 4);
  writeFacts(header.subarray(6), member, packed);
  const extra = member.centralExtra ?? Buffer.alloc(0);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(((member.declared?.mode ?? 0o100644) << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, Buffer.from(member.name), extra]);
}

/** The fields of both headers, from the required version on. */
function writeFacts(header: Buffer, member: ZipMember, packed: Buffer): void {
  const { name, content, method = 8, flags = 0x800, localExtra, declared = {} } = member;
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(flags, 2);
  header.writeUInt16LE(method, 4);
  header.writeUInt32LE(declared.checksum ?? crc32(content), 10);
  header.writeUInt32LE(declared.packedBytes ?? packed.length, 14);
  header.writeUInt32LE(declared.bytes ?? Buffer.byteLength(content), 18);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  header.writeUInt16LE(localExtra?.length ?? 0, 24);
}

function endRecord(count: number, start: number, length: number, end: ZipEnd): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE((end.entries ?? count) & 0xffff, 8);
  record.writeUInt16LE((end.entries ?? count) & 0xffff, 10);
  record.writeUInt32LE(length, 12);
  record.writeUInt32LE(end.directoryStart ?? start, 16);
  return record;
}

/** A deflate block with uncompressed bytes, at most 65,535; `last` ends the stream. */
export function storedBlock(bytes: Buffer, last: boolean): Buffer {
  const head = Buffer.alloc(5);
  head[0] = last ? 1 : 0;
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(~bytes.length & 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

/** The zip64 field of the table of contents: sizes and offsets that are 0xffffffff in the header. */
export function zip64Extra(...numbers: readonly bigint[]): Buffer {
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  for (const [at, number] of numbers.entries()) field.writeBigUInt64LE(number, 4 + 8 * at);
  return field;
}

/** A zip whose figures are in a zip64 end record instead of its last 22 bytes. */
export function withZip64End(
  zip: Buffer,
  told: { readonly entries: bigint; readonly start: bigint; readonly record?: bigint },
): Buffer {
  const body = zip.subarray(0, zip.length - 22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(told.entries, 24);
  record.writeBigUInt64LE(told.entries, 32);
  record.writeBigUInt64LE(told.start, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(told.record ?? BigInt(body.length), 8);
  return Buffer.concat([body, record, locator, zip.subarray(zip.length - 22)]);
}
