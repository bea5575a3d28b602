/** Longest line that is read, in UTF-16 units. */
export const lineLengthMax = 64 * 1024;

/** A line. When it is too long, only its beginning. */
export type TextLine = { readonly text: string; readonly number: number; readonly isTooLong: boolean };

/** Yields the lines of a UTF-8 file without their line breaks. Holds only the beginning of a line that is too long. */
export async function* textLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let isTooLong = false;
  let number = 0;
  const lineOf = (text: string): TextLine => {
    const whole = { text: text.endsWith('\r') ? text.slice(0, -1) : text, number: ++number, isTooLong };
    isTooLong = false;
    return whole;
  };
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      if (text.length > lineLengthMax) isTooLong = true;
      yield lineOf(text.slice(0, lineLengthMax));
    }
    if (rest.length > lineLengthMax) {
      isTooLong = true;
      rest = rest.slice(0, lineLengthMax);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield lineOf(rest);
}
