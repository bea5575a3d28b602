import type { Entities, Media } from '../../shared/post.ts';
import { drawHashtags } from './hashtags.ts';
import { handleOf } from './persona.ts';
import { type Dice, dice, hash, pick, pickEarly, purpose, unit } from './random.ts';
import { linkWords, moodEmoji, themeEmoji, themeHosts } from './text/decoration.ts';
import { library } from './text/library.ts';
import { type Language, type Mood, say, type Theme } from './text/phrasebook.ts';
import { type PostRef, type Role, roleOf } from './thread.ts';
import { createdAt, residentOf, type World } from './world.ts';

/** The content of a post. */
type Draft = {
  readonly text: string;
  readonly language: Language;
  readonly entities: Entities;
  readonly media: readonly Media[];
};

/** Creates the content of a post; a repost has the content of its target. */
export function draftOf(world: World, ref: PostRef, role: Role): Draft {
  return role.kind === 'REPOST' && role.target !== null
    ? repostDraft(world, role.target)
    : ownDraft(world, ref, role);
}

function repostDraft(world: World, target: PostRef): Draft {
  const original = ownDraft(world, target, roleOf(world, target));
  const handle = handleOf(world, target.account);
  const mentions = [handle, ...original.entities.mentions.filter((mention) => mention !== handle)];
  return {
    text: `RT @${handle}: ${original.text}`,
    language: original.language,
    entities: { ...original.entities, mentions },
    media: [],
  };
}

function ownDraft(world: World, ref: PostRef, role: Role): Draft {
  const { habit } = residentOf(world, ref.account);
  const roll = dice(hash(world.seed, ref.account, ref.slot, purpose.text));
  const subject = subjectOf(world, ref, role);
  const theme = themeOf(world, subject);
  const language = languageFor(world, ref, subject);
  const mood = drawMood(roll, habit.positive, habit.negative);
  const answered = answeredHandle(world, ref, role);
  const mentioned = answered ?? drawMention(world, ref, role, roll);
  const words = compose(role, answered === null && role.kind === 'REPLY', { language, theme, mood, roll });
  const at = createdAt(world, residentOf(world, ref.account), ref.slot);
  const plain = role.kind === 'REPLY' ? 0.25 : 1;
  const hashtags = roll() < habit.tagged * plain ? drawHashtags(world, theme, at, roll) : [];
  const urls = roll() < habit.link * plain ? [drawLink(theme, ref, roll)] : [];
  const cashtags = theme === 'code' || theme === 'news' ? drawCashtags(roll) : [];
  const media = roll() < habit.media * plain ? drawMedia(world, ref, roll) : [];
  const emoji = roll() < habit.emoji ? pick(roll, roll() < 0.5 ? moodEmoji[mood] : themeEmoji[theme]) : '';
  const text = [
    answered === null ? '' : `@${answered}`,
    words,
    emoji,
    answered === null && mentioned !== null ? `${pick(roll, ['via', 'cc', '/'])} @${mentioned}` : '',
    cashtags.map((tag) => `$${tag}`).join(' '),
    hashtags.map((tag) => `#${tag}`).join(' '),
    urls.join(' '),
  ];
  return {
    text: text.filter((part) => part !== '').join(' '),
    language,
    entities: { hashtags, mentions: mentioned === null ? [] : [mentioned], cashtags, urls },
    media,
  };
}

type Voice = {
  readonly language: Language;
  readonly theme: Theme;
  readonly mood: Mood;
  readonly roll: Dice;
};

function compose(role: Role, continuing: boolean, { language, theme, mood, roll }: Voice): string {
  const book = library[language][theme];
  const gap = language === 'ja' ? '' : ' ';
  const first = () => say(pick(roll, book.first[mood]), roll);
  if (continuing) {
    const start = say(pick(roll, book.continued), roll);
    return roll() < 0.6 ? `${start}${gap}${first()}` : start;
  }
  if (role.kind === 'REPLY' || role.kind === 'QUOTE') {
    const answer = say(pick(roll, book.answers[mood]), roll);
    return roll() < 0.3 ? `${answer}${gap}${first()}` : answer;
  }
  const statement = first();
  return roll() < 0.35 ? `${statement}${gap}${say(pick(roll, book.after[mood]), roll)}` : statement;
}

/** The post that gives a post its theme: the root of its thread, or of the one that it quotes. */
function subjectOf(world: World, ref: PostRef, role: Role): PostRef {
  if (role.kind === 'REPLY') return role.root;
  return role.kind === 'QUOTE' && role.target !== null ? roleOf(world, role.target).root : ref;
}

function themeOf(world: World, ref: PostRef): Theme {
  const u = unit(world.seed, ref.account, ref.slot, purpose.theme);
  return pickEarly(residentOf(world, ref.account).habit.themes, u);
}

/** The language of the subject when the account speaks it, else the account's own. */
function languageFor(world: World, ref: PostRef, subject: PostRef): Language {
  const spoken = languageOf(world, subject);
  return residentOf(world, ref.account).habit.languages.includes(spoken) ? spoken : languageOf(world, ref);
}

function languageOf(world: World, ref: PostRef): Language {
  const u = unit(world.seed, ref.account, ref.slot, purpose.language);
  return pickEarly(residentOf(world, ref.account).habit.languages, u);
}

function drawMood(roll: Dice, positive: number, negative: number): Mood {
  const u = roll();
  if (u < positive) return 'positive';
  return u < positive + negative ? 'negative' : 'neutral';
}

function answeredHandle(world: World, ref: PostRef, role: Role): string | null {
  if (role.kind !== 'REPLY' || role.target === null || role.target.account === ref.account) return null;
  return handleOf(world, role.target.account);
}

function drawMention(world: World, ref: PostRef, role: Role, roll: Dice): string | null {
  const u = roll();
  if (role.kind === 'REPLY' || roll() > 0.07) return null;
  const account = Math.floor(u * u * world.posts.length);
  return account === ref.account ? null : handleOf(world, account);
}

function drawLink(theme: Theme, ref: PostRef, roll: Dice): string {
  const number = roll() < 0.5 ? '' : `-${(ref.slot % 90) + 10}`;
  return `https://${pickEarly(themeHosts[theme], roll())}/${pick(roll, linkWords[theme])}${number}`;
}

function drawCashtags(roll: Dice): readonly string[] {
  return roll() < 0.015 ? [pick(roll, ['ACME', 'LARK', 'HLDG', 'TIDE'])] : [];
}

function drawMedia(world: World, ref: PostRef, roll: Dice): readonly Media[] {
  const u = roll();
  const name = hash(world.seed, ref.account, ref.slot, purpose.details).toString(16);
  const base = `https://media.example.com/${ref.account}/${ref.slot}-${name}`;
  if (u < 0.06) return [{ kind: 'VIDEO', url: `${base}.mp4`, previewUrl: `${base}.jpg`, alt: null }];
  if (u < 0.09) return [{ kind: 'GIF', url: `${base}.gif`, previewUrl: `${base}.jpg`, alt: null }];
  const photo = { kind: 'PHOTO', previewUrl: null, alt: null } as const;
  const photos = u < 0.75 ? 1 : 2 + Math.floor(roll() * 3);
  return Array.from({ length: photos }, (_, n) => ({
    ...photo,
    url: `${base}${n === 0 ? '' : `-${n + 1}`}.jpg`,
  }));
}
