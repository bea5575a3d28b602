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