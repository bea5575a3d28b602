-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "hashtag_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "hashtag_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "mention_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "mention_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "word_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "word_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "emoji_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "emoji_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "cashtag_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "cashtag_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "domain_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "domain_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "emote_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "emote_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "command_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "command_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "replied_to_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "replied_to_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "language_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "language_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "client_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "client_posts";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "provider_values";
--> statement-breakpoint
-- unused since 0.2.0, and in no release
ALTER TABLE "chatter_days" DROP COLUMN "provider_posts";
--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "hashtag_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "hashtag_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "mention_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "mention_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "word_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "word_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emoji_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emoji_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "cashtag_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "cashtag_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "domain_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "domain_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emote_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emote_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "command_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "command_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "replied_to_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "replied_to_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "language_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "language_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "client_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "client_hours" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "provider_tally" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "provider_hours" "bytea";
--> statement-breakpoint
-- Rows without them count as not made: their channels are gone through again.
UPDATE "streams" SET "chatters_folded" = -1 WHERE "kind" = 'CHANNEL';
