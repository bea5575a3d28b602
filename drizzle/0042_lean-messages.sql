DROP INDEX "posts_created";--> statement-breakpoint
DROP INDEX "posts_newest";--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "hashtags" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "mentions" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "cashtags" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "urls" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "domains" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "emoji" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "words" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_created" ON "posts" USING btree ("stream_id","created_at");--> statement-breakpoint
CREATE INDEX "posts_newest" ON "posts" USING btree ("created_at");