ALTER TABLE "posts" ADD COLUMN "message_words" text;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "message_badges" text;--> statement-breakpoint
ALTER TABLE "posts"
  ALTER COLUMN "message_words" SET STATISTICS 0,
  ALTER COLUMN "message_badges" SET STATISTICS 0;
