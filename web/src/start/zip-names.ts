/** Bytes at the end of a zip in which its directory is searched: a comment of up to 65,535 may follow it. */
const tailBytes = 66_000;
/** Longer directories are left to the server. */
const mostDirectoryBytes = 64_000_000;

/** Reads the file names of a zip from its end; null when they cannot be read. */
export async function zipNames(file: Blob): Promise<readonly string[] | null> {
  const tail = await viewOf(file.slice(Math.max(0, file.size - tailBytes)));
  const end = lastIndexOf(tail, 0x06054b50);
  if (end === null) return null;
  let length = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  if (start === 0xffffffff || length === 0xffffffff) {
    // A zip over 4 GB has these figures in another record, which comes before this one.
    const wide = lastIndexOf(tail, 0x06064b50);
    if (wide === null || wide + 56 > tail.byteLength) return null;
    length = Number(tail.getBigUint64(wide + 40, true));
    start = Number(tail.getBigUint64(wide + 48, true));
  }
  if (length > mostDirectoryBytes || start + length > file.size) return null;
  return readDirectory(await viewOf(file.slice(start, start + length)));
}

function readDirectory(view: DataView): readonly string[] | null {
  const names: string[] = [];
  const text = new TextDecoder();
  for (let at = 0; at + 46 <= view.byteLength; ) {
    if (view.getUint32(at, true) !== 0x02014b50) break;
    const nameLength = view.getUint16(at + 28, true);
    const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) return null;
    names.push(text.decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength)));
    at = next;
  }
  return names;
}

function lastIndexOf(view: DataView, signature: number): number | null {
  for (let at = view.byteLength - 22; at >= 0; at -= 1) if (view.getUint32(at, true) === signature) return at;
  return null;
}

async function viewOf(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}

/** Whether one of the names is a file of posts, as in X's archives since 2012. */
export function holdsPosts(names: readonly string[]): boolean {
  return names.some((name) =>
    /(?:^|\/)(?:(?:tweets?|community-tweet)(?:-part\d+)?|data\/js\/tweets\/\d{4}_\d{2})\.js$/.test(name),
  );
}
