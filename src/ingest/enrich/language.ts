import { fileURLToPath } from 'node:url';
import { quickLanguage } from './quick-language.ts';
import { requireData } from './require-data.ts';

type Detector = {
  readonly detect: (text: string) => { readonly language: string; isReliable(): boolean };
};

// The smallest of eld's four databases; README.md compares them. eld has no CommonJS export for it, so the file is
// named here. `require` loads it lazily from a pure, synchronous function.
const detectorFile = './src/entries/static.extrasmall.js';

let detector: Detector | undefined;

/**
 * Loads the detector's data, which takes 200 to 300 ms. The first text that needs the detector loads it at the latest.
 */
export function loadDetector(): Detector {
  if (detector === undefined) {
    const folder = new URL('../../', import.meta.resolve('eld'));
    const module = requireData(fileURLToPath(new URL(detectorFile, folder))) as { readonly eld: Detector };
    detector = module.eld;
  }
  return detector;
}

/**
 * The language (ISO 639-1) of a text without links and tags; null when uncertain. eld takes 40 to 80 µs a post, so it
 * is only asked when script and function words do not decide.
 */
export function detectLanguage(text: string): string | null {
  const quick = quickLanguage(text);
  if (quick !== undefined) return quick;
  const result = loadDetector().detect(text);
  return result.isReliable() && result.language !== '' ? result.language : null;
}
