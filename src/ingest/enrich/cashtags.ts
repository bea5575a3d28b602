import { noSpans, type Span } from './spans.ts';

const cashtag = /(?<=^|\s)\$([a-z]{1,6}(?:[._][a-z]{1,2})?)(?=$|[\s!'#%&()*+,\-./:;<=>?@[\]^_{|}~$])/gi;

/** The cashtags (`$TSLA`, `$BRK.A`) of a text by Twitter's rules, in order. */
export function findCashtags(text: string): readonly Span[] {
  if (!text.includes('$')) return noSpans;
  const found: Span[] = [];
  for (const match of text.matchAll(cashtag)) {
    found.push({ value: match[1] as string, start: match.index, end: match.index + match[0].length });
  }
  return found;
}
