ALTER TABLE "chatter_days" ADD COLUMN "hashtag_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "hashtag_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "mention_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "mention_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "word_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "word_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emoji_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emoji_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "cashtag_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "cashtag_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "domain_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "domain_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emote_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emote_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "command_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "command_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "replied_to_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "replied_to_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "language_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "language_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "client_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "client_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "provider_values" text[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "provider_posts" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "posts" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "quarter_posts" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "traits" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "quarter_traits" "bytea";--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "minutes" smallint[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "emote_peaks" integer[];--> statement-breakpoint
ALTER TABLE "chatter_days" ADD COLUMN "sentiment_peaks" smallint[];
--> statement-breakpoint
-- Rows without them count as not made: their channels are gone through again.
UPDATE "streams" SET "chatters_folded" = -1 WHERE "kind" = 'CHANNEL';