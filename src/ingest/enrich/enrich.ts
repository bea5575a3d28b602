import { cleanText } from '../../shared/text.ts';
import { commandOf } from '../../shared/command.ts';
import { foldTerm } from '../../shared/fold.ts';
import { mapItems, noItems } from '../../shared/lists.ts';
import type { EnrichedPost, NormalisedPost } from '../../shared/post.ts';
import { isWithheldNotice } from '../../shared/withheld.ts';
import { findCashtags } from './cashtags.ts';
import { hasWholeHost, isCutOff } from './cut-links.ts';
import { domainsOf } from './domains.ts';
import { findEmoji } from './emoji.ts';
import { emoteSpans, findEmotes, withFeelings } from './emotes.ts';
import { findHashtags } from './hashtags.ts';
import { detectLanguage } from './language.ts';
import { linkSpans } from './link-spans.ts';
import { findMentions } from './mentions.ts';
import { scoreSentiment } from './sentiment/score.ts';
import { inOrder, type Span, withoutSpans } from './spans.ts';
import {
  countable,
  storableAuthor,
  storableChat,
  storableMedia,
  storableName,
  storableText,
} from './storable.ts';
import { findUrls } from './urls.ts';
import { findWords } from './words.ts';

function distinct(terms: readonly string[]): readonly string[] {
  return terms.length < 2 ? terms : [...new Set(terms)];
}

/** What a source lists, as it can be stored. */
const cleaned = (listed: readonly string[] | undefined): readonly string[] | undefined =>
  listed && mapItems(listed, cleanText).filter((term) => term !== '');

/** Terms in the form in which they are counted, from the source's list where there is one. */
function counted(listed: readonly string[] | undefined, spans: readonly Span[]): readonly string[] {
  if ((listed ?? spans).length === 0) return noItems;
  const terms = cleaned(listed) ?? mapItems(spans, (span) => span.value);
  return countable(distinct(mapItems(terms, (term) => foldTerm(term))));
}

/** No source tells of the links in posts of before 2011: what lists none may have some, written out. */
function urlsOf(listed: readonly string[] | undefined, links: readonly Span[]): readonly string[] {
  if (listed !== undefined && listed.length > 0) return listed;
  const found = mapItems(links, (link) => link.value);
  return listed === undefined ? found : found.filter((url) => writtenOut.test(url));
}

/** The links that lead somewhere, and the domains of those too that were cut short. */
function linksOf(
  text: string,
  listed: readonly string[] | undefined,
  links: readonly Span[],
): { readonly urls: readonly string[]; readonly domains: readonly string[] } {
  const last = links.at(-1);
  if (last === undefined && (listed === undefined || listed.length === 0))
    return { urls: noItems, domains: noItems };
  const cut = last !== undefined && isCutOff(text, last) ? last : null;
  const whole = cut === null ? links : links.slice(0, -1);
  const hosted = cut === null || hasWholeHost(cut.value) ? links : whole;
  const urls = distinct(urlsOf(listed, whole)).filter((url) => !url.endsWith('…'));
  const domains = domainsOf(urlsOf(listed, hosted).filter((url) => !url.endsWith('…') || hasWholeHost(url)));
  return { urls, domains: countable(domains) };
}

/** The command that a message begins with is no word of it. */
function commandSpans(text: string): readonly Span[] {
  const command = commandOf(text);
  return command === null ? noItems : [{ value: command, start: 0, end: command.length + 1 }];
}

const writtenOut = /^https?:\/\/(?!t\.co\/)/i;

/**
 * A post with its terms, language and sentiment: pure, a function of the post, and of its channel's emotes of other services, alone. The source's own lists of
 * terms are taken where it gives them. A repost's words are another's and are left out; its tags and links stay.
 * What X shows in the place of a post that it withholds is nobody's words: it has neither terms nor a score.
 * What no row can hold is left out first: one odd post must not keep a million others out.
 */
export function enrich(post: NormalisedPost, emotesOfChannel?: ReadonlyMap<string, string>): EnrichedPost {
  const text = storableText(post.text);
  const isNotice = isWithheldNotice(text, post.withheld);
  const words = isNotice ? '' : text;
  const entities = isNotice ? null : post.entities;
  const links = findUrls(words);
  const listed = cleaned(entities?.urls);
  const linked = linkSpans(words, links, listed ?? noItems);
  const hashtags = findHashtags(words, linked);
  const mentions = findMentions(words, linked);
  const cashtags = findCashtags(words);
  const emotes = post.chat === null ? noItems : findEmotes(text, post.chat.emotes, emotesOfChannel);
  const tags =
    post.chat === null
      ? inOrder(linked, hashtags, mentions, cashtags)
      : inOrder(linked, hashtags, mentions, cashtags, emoteSpans(emotes), commandSpans(text));
  const language =
    isNotice || post.language === undefined
      ? detectLanguage(withoutSpans(words, tags))
      : storableName(post.language);
  const isRepost = post.kind === 'REPOST';
  // Not spread below: an object that is spread into has no shape that V8 knows beforehand.
  const { urls, domains } = linksOf(words, listed, links);
  return {
    platformId: post.platformId,
    author: storableAuthor(post.author),
    own: post.own,
    kind: post.kind,
    text,
    createdAt: post.createdAt,
    hourUnknown: post.hourUnknown ?? false,
    metrics: post.metrics,
    observedAt: post.observedAt,
    media: storableMedia(post.media),
    replyTo: post.replyTo && { ...post.replyTo, handle: storableName(post.replyTo.handle) },
    repostOf: post.repostOf && { ...post.repostOf, handle: storableName(post.repostOf.handle) },
    quoteOf: post.quoteOf,
    client: storableName(post.client),
    chat: storableChat(post.chat && { ...post.chat, emotes }),
    raw: post.raw,
    language,
    hashtags: counted(entities?.hashtags, hashtags),
    mentions: counted(entities?.mentions, mentions),
    cashtags: counted(entities?.cashtags, cashtags),
    urls,
    domains,
    emoji: isRepost ? noItems : countable(findEmoji(words)),
    words: isRepost ? noItems : countable(findWords(words, language, tags)),
    sentiment: isNotice ? null : scoreSentiment(withFeelings(text, emotes), language),
  };
}
