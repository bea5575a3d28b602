import type { Mood, Theme } from './phrasebook.ts';

/** Emoji that people add, by mood. */
export const moodEmoji: Readonly<Record<Mood, readonly string[]>> = {
  positive: ['🎉', '😍', '❤️', '🙌', '😊', '✨', '🥳', '💛', '👏', '🚀'],
  neutral: ['🤔', '👀', '📌', '🗓️', '👋', '🙂', '🧵'],
  negative: ['😞', '😡', '💔', '🤦', '😩', '😬', '🙄'],
};

/** Emoji that people add, by theme. */
export const themeEmoji: Readonly<Record<Theme, readonly string[]>> = {
  news: ['📰', '🗞️', '🚇', '🏛️', '🚨'],
  code: ['🐛', '🧑‍💻', '🔧', '🐘', '🦀', '📦'],
  coffee: ['☕', '☕️', '🫘', '🥐', '🌿'],
  photography: ['📷', '🎞️', '🏔️', '🌅', '🌸'],
  sport: ['⚽', '🏃', '🚴', '🏆', '🥅'],
  music: ['🎶', '🎸', '🎧', '🎷', '🥁'],
  food: ['🍜', '🥟', '🍞', '🌮', '🍋'],
  travel: ['🚂', '🏝️', '🗺️', '🎒', '🏔️'],
  science: ['🔬', '🌍', '🪐', '🧪', '🐦'],
  games: ['🎮', '🎲', '♟️', '👾', '🕹️'],
};

/** Hosts that people link to, by theme; all under names reserved for examples. */
export const themeHosts: Readonly<Record<Theme, readonly string[]>> = {
  news: ['harbour-ledger.example', 'cityhall.example', 'opendata.example.org', 'live.harbour-ledger.example'],
  code: ['code.example.org', 'devnotes.example', 'bench.example.net', 'packages.example.org'],
  coffee: ['kissa-hima.example', 'roasters.example', 'brewlog.example.net'],
  photography: ['photos.example.org', 'filmlab.example', 'prints.example.com'],
  sport: ['matchday.example', 'runlog.example.net', 'stats.example.org'],
  music: ['listen.example.com', 'gigs.example', 'tapes.example.net'],
  food: ['recipes.example.org', 'streetfood.example', 'brewlog.example.net'],
  travel: ['slowtravel.example', 'timetables.example.org', 'photos.example.org'],
  science: ['preprints.example.org', 'opendata.example.org', 'fieldnotes.example'],
  games: ['play.example.com', 'gamejam.example', 'patchnotes.example.net'],
};

/** Path words of links. */
export const linkWords: Readonly<Record<Theme, readonly string[]>> = {
  news: ['council-vote', 'transit-map', 'housing-report', 'morning-briefing', 'budget-explained'],
  code: ['release-notes', 'query-planner', 'time-zones', 'flaky-tests', 'benchmarks'],
  coffee: ['this-weeks-beans', 'brewing-class', 'opening-hours', 'roast-profile'],
  photography: ['contact-sheet', 'print-sale', 'first-snow', 'night-walk'],
  sport: ['line-up', 'match-report', 'training-plan'],
  music: ['set-list', 'new-single', 'tour-dates'],
  food: ['noodle-soup', 'lemon-tart', 'sunday-bread'],
  travel: ['night-train', 'packing-list', 'mountain-pass'],
  science: ['field-data', 'glacier-update', 'replication'],
  games: ['patch-notes', 'level-nine', 'jam-entry'],
};
