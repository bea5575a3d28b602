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
import { emoteSpans, findEmotes, replaceEmotes } from './emotes.ts';
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

/** A source's list without characters that the store cannot hold. */
const cleaned = (listed: readonly string[] | undefined): readonly string[] | undefined =>
  listed && mapItems(listed, cleanText).filter((term) => term !== '');

/** Terms in the form that is counted, from the source's list when it has one. */
function counted(listed: readonly string[] | undefined, spans: readonly Span[]): readonly string[] {
  if ((listed ?? spans).length === 0) return noItems;
  const terms = cleaned(listed) ?? mapItems(spans, (span) => span.value);
  return countable(distinct(mapItems(terms, (term) => foldTerm(term))));
}

/** Sources list no links for posts from before 2011. When the list is empty, links in the text count. */
function urlsOf(listed: readonly string[] | undefined, links: readonly Span[]): readonly string[] {
  if (listed !== undefined && listed.length > 0) return listed;
  const found = mapItems(links, (link) => link.value);
  return listed === undefined ? found : found.filter((url) => writtenOut.test(url));
}

/** The links that are complete, and the domains of all links, including cut ones with a complete host. */
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

/** The command at the start of a message, which is not counted as a word. */
function commandSpans(text: string): readonly Span[] {
  const command = commandOf(text);
  return command === null ? noItems : [{ value: command, start: 0, end: command.length + 1 }];
}

const writtenOut = /^https?:\/\/(?!t\.co\/)/i;

/**
 * Adds terms, language and sentiment to a post. Pure: the result depends only on the post and on the channel's emotes
 * of other services. The source's own lists of terms are preferred. A repost's words belong to another author, so they
 * are left out; its tags and links stay. The notice that X shows for a withheld post has neither terms nor a score.
 * Characters that no row can hold are removed first, so that one odd post does not fail a batch.
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
  // Not spread below: V8 knows no shape for an object that others are spread into.
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
    sentiment: isNotice ? null : scoreSentiment(replaceEmotes(text, emotes), language),
  };
}
