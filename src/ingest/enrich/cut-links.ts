import type { Span } from './spans.ts';

/** What follows a link that was cut off: the end of the text, after characters that no link ends with. */
const behindCut = /^[-=_&?%#+~(/]{0,20}(?:…|\.{3})\s*$/;

/** Whether the text ends in the middle of this link, as when a gateway shortens a post. Such a link leads nowhere. */
export const isCutOff = (text: string, link: Span): boolean => behindCut.test(text.slice(link.end));

/** Whether the host of a cut link is complete. It is when a path, query or fragment follows it. */
export const hasWholeHost = (link: string): boolean => /[/?#]/.test(link.replace(/^https?:\/\//i, ''));
