import { fileURLToPath } from 'node:url';
import { quickLanguage } from './quick-language.ts';
import { requireData } from './require-data.ts';

type Detector = {
  readonly detect: (text: string) => { readonly language: string; isReliable(): boolean };
};

// The smallest of eld's four databases: its figures are in README.md. It has no CommonJS export, so that its file
// is named here; `require` of it is what lets a pure, synchronous function wait until it is needed.
const detectorFile = './src/entries/static.extrasmall.js';

let detector: Detector | undefined;

/** Reads the data of the detector, which takes 200 to 300 ms: it is done by the first uncertain text at the latest. */
export function loadDetector(): Detector {
  if (detector === undefined) {
    const folder = new URL('../../', import.meta.resolve('eld'));
    const module = requireData(fileURLToPath(new URL(detectorFile, folder))) as { readonly eld: Detector };
    detector = module.eld;
  }
  return detector;
}

/**
 * The language of a text that has been stripped of links and tags, as ISO 639-1; null when it is uncertain. eld
 * takes 40 to 80 µs a post, so that it is only asked where script and function words do not tell.
 */
export function detectLanguage(text: string): string | null {
  const quick = quickLanguage(text);
  if (quick !== undefined) return quick;
  const result = loadDetector().detect(text);
  return result.isReliable() && result.language !== '' ? result.language : null;
}
