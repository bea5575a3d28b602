DROP INDEX "posts_likes";--> statement-breakpoint
DROP INDEX "posts_reposts";--> statement-breakpoint
DROP INDEX "posts_replies";--> statement-breakpoint
DROP INDEX "posts_impressions";--> statement-breakpoint
DROP INDEX "posts_engagement";--> statement-breakpoint
CREATE INDEX "posts_unrated" ON "posts" USING btree ("stream_id","created_at","post_id") WHERE "posts"."engagement" is null and "posts"."impressions" is null;--> statement-breakpoint
CREATE INDEX "posts_likes" ON "posts" USING btree ("stream_id",coalesce("likes", -1),"created_at","post_id") WHERE "posts"."engagement" is not null or "posts"."impressions" is not null;--> statement-breakpoint
CREATE INDEX "posts_reposts" ON "posts" USING btree ("stream_id",coalesce("reposts", -1),"created_at","post_id") WHERE "posts"."engagement" is not null or "posts"."impressions" is not null;--> statement-breakpoint
CREATE INDEX "posts_replies" ON "posts" USING btree ("stream_id",coalesce("replies", -1),"created_at","post_id") WHERE "posts"."engagement" is not null or "posts"."impressions" is not null;--> statement-breakpoint
CREATE INDEX "posts_impressions" ON "posts" USING btree ("stream_id",coalesce("impressions", -1),"created_at","post_id") WHERE "posts"."engagement" is not null or "posts"."impressions" is not null;--> statement-breakpoint
CREATE INDEX "posts_engagement" ON "posts" USING btree ("stream_id",coalesce("engagement", -1),"created_at","post_id") WHERE "posts"."engagement" is not null or "posts"."impressions" is not null;