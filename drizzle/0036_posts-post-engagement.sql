DROP INDEX "posts_post";--> statement-breakpoint
CREATE INDEX "posts_post" ON "posts" USING btree ("post_id","stream_id","engagement");