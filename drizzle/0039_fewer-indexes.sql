DROP INDEX "posts_post";--> statement-breakpoint
DROP INDEX "posts_unrated";--> statement-breakpoint
CREATE INDEX "posts_post" ON "posts" USING btree ("post_id","stream_id","engagement") WHERE "posts"."platform_id" is null;--> statement-breakpoint
CREATE INDEX "posts_unrated" ON "posts" USING btree ("stream_id","created_at","post_id") WHERE "posts"."engagement" is null and "posts"."impressions" is null and "posts"."platform_id" is null;