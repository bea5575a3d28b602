import { type Habit, waking } from './habit.ts';
import { type SyntheticOptions, syntheticDefaults } from './options.ts';

/** Options of the demo: three accounts with very different habits over two years. */
export function demoOptions(endingAt: number): SyntheticOptions {
  return {
    users: 3,
    posts: 7_500,
    hashtags: 150,
    seed: syntheticDefaults.seed,
    endingAt,
    days: 730,
    habits: demoHabits(),
  };
}

/** The habits of the three. The first two are each other's usual partner in threads. */
export const demoHabits = (): readonly Habit[] => [developer, cafe, newsroom];

/** Up before the city, busy on weekdays, hardly a pause. */
const newsroom: Habit = {
  persona: {
    handle: 'harbour_ledger',
    displayName: 'The Harbour Ledger',
    description:
      'Local news from the waterfront since 1987. Council, transit, housing. Tips: desk@harbour-ledger.example',
    verified: true,
  },
  zone: { zone: 'America/New_York', standardMinutes: -300, summer: 'US' },
  weight: 1.08,
  languages: ['en'],
  themes: ['news'],
  weekdayHours: waking(5, 16, [6.5, 12, 17]),
  weekendHours: waking(6, 14, [8.5]),
  weekdays: [1.1, 1.2, 1.15, 1.1, 1, 0.45, 0.35],
  activeDays: 0.97,
  holidays: 1,
  reply: 0.16,
  ownThread: 0.93,
  repost: 0,
  quote: 0,
  media: 0.22,
  link: 0.5,
  tagged: 0.4,
  emoji: 0.08,
  positive: 0.22,
  negative: 0.26,
  clients: ['TweetDeck', 'Buffer', 'Twitter Web App'],
  followers: 48_210,
  bestHour: 7,
  bestWeekday: 1,
};

/** Awake when the build is, with a few weeks off. */
const developer: Habit = {
  persona: {
    handle: 'nachtcommit',
    displayName: 'Jule Adler',
    description: 'Open source in the small hours. Databases, parsers, coffee. Deutsch & English. Berlin.',
    verified: false,
  },
  zone: { zone: 'Europe/Berlin', standardMinutes: 60, summer: 'EU' },
  weight: 1,
  languages: ['en', 'de'],
  themes: ['code', 'code', 'code', 'games', 'music'],
  weekdayHours: waking(11, 17, [15, 22.5, 25.5]),
  weekendHours: waking(12, 17, [23, 26]),
  weekdays: [0.9, 1, 1, 1, 0.8, 1.25, 1.35],
  activeDays: 0.78,
  holidays: 4,
  reply: 0.19,
  ownThread: 0.35,
  repost: 0.05,
  quote: 0.04,
  media: 0.08,
  link: 0.22,
  tagged: 0.35,
  emoji: 0.25,
  positive: 0.36,
  negative: 0.24,
  clients: ['Twitter Web App', 'Twitter for Android'],
  followers: 9_364,
  bestHour: 22,
  bestWeekday: 6,
};

/** Opens at eight, closed on Mondays, mountains in spring. */
const cafe: Habit = {
  persona: {
    handle: 'kissa_hima',
    displayName: '喫茶ヒマ · Kissa Hima',
    description:
      'Coffee from Ilam, prints from Patan, a window seat in Yanaka. コーヒーと写真。 Tokyo / Kathmandu',
    verified: false,
  },
  zone: { zone: 'Asia/Tokyo', standardMinutes: 540, summer: 'NONE' },
  weight: 0.94,
  languages: ['ja', 'en', 'ne'],
  themes: ['coffee', 'coffee', 'photography', 'photography', 'travel'],
  weekdayHours: waking(6, 16, [8, 15]),
  weekendHours: waking(6, 17, [9, 13, 20]),
  weekdays: [0.25, 0.9, 0.9, 1, 1.1, 1.5, 1.45],
  activeDays: 0.88,
  holidays: 3,
  reply: 0.16,
  ownThread: 0.4,
  repost: 0.04,
  quote: 0.03,
  media: 0.5,
  link: 0.08,
  tagged: 0.65,
  emoji: 0.45,
  positive: 0.48,
  negative: 0.1,
  clients: ['Twitter for iPhone', 'Twitter for iPhone', 'Buffer'],
  followers: 15_877,
  bestHour: 9,
  bestWeekday: 5,
};
