import type { Span } from './spans.ts';

/** What stands behind a link that was cut off: the end of the text, after signs that no link ends with. */
const behindCut = /^[-=_&?%#+~(/]{0,20}(?:…|\.{3})\s*$/;

/** Whether a text was cut off within a link, as a gateway does that shortens a post: such a link leads nowhere. */
export const isCutOff = (text: string, link: Span): boolean => behindCut.test(text.slice(link.end));

/** Whether the host of a link that was cut off is whole. It is when something follows it: a path, a query or a fragment. */
export const hasWholeHost = (link: string): boolean => /[/?#]/.test(link.replace(/^https?:\/\//i, ''));
