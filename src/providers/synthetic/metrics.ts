import { dayMs, hourMs } from '../../shared/instant.ts';
import { type Metrics, unknownMetrics } from '../../shared/post.ts';
import { weekdayOf } from './calendar.ts';
import { followerShare, type growthOf } from './followers.ts';
import { clockDistance } from './habit.ts';
import { bell, type Dice, longTail, power34 } from './random.ts';
import type { Role } from './thread.ts';
import type { Resident, World } from './world.ts';
import { zoneOffsetMs } from './zone-rule.ts';

type Setting = {
  readonly world: World;
  readonly resident: Resident;
  readonly growth: ReturnType<typeof growthOf>;
  readonly kind: Role['kind'];
  readonly createdAt: number;
  readonly media: boolean;
};

/**
 * Draws the figures of a post: proportional to the followers on that day and to how good the hour is, times a long
 * tail. All are null for a repost and for one post in a hundred; impressions are null for another one in ten.
 */
export function drawMetrics(setting: Setting, roll: Dice): Metrics {
  if (setting.kind === 'REPOST' || roll() < 0.01) return unknownMetrics;
  const followers =
    setting.resident.habit.followers * followerShare(setting.world, setting.growth, setting.createdAt);
  const expected = 0.03 * power34(followers) * timeliness(setting) * appeal(setting);
  const likes = whole(expected * longTail(roll()), roll);
  const reposts = whole(likes * (0.06 + 0.16 * roll()), roll);
  const replies = whole((likes + 2) * (0.03 + 0.12 * roll()), roll);
  const quotes = whole(reposts * (0.05 + 0.2 * roll()), roll);
  const bookmarks = whole(likes * (0.02 + 0.12 * roll()), roll);
  const seen = whole((likes + reposts + 1) * (14 + 40 * roll()) + followers * 0.04 * roll(), roll);
  return { likes, reposts, replies, quotes, bookmarks, impressions: roll() < 0.1 ? null : seen };
}

/** The factor of the hour and the weekday, 0.55 to about 2.2. */
function timeliness({ resident, createdAt }: Setting): number {
  const { habit } = resident;
  const local = createdAt + zoneOffsetMs(habit.zone, createdAt);
  const day = Math.floor(local / dayMs);
  const hour = local / hourMs - day * 24;
  const byHour = 0.55 + 1.2 * bell(clockDistance(hour, habit.bestHour + 0.5), 2.5);
  return weekdayOf(day) === habit.bestWeekday ? byHour * 1.25 : byHour;
}

function appeal({ kind, media }: Setting): number {
  return (kind === 'REPLY' ? 0.35 : 1) * (media ? 1.6 : 1);
}

/** Rounded down or up at random, so that small expectations still add up. */
function whole(value: number, roll: Dice): number {
  return Math.floor(value + roll());
}
