DROP INDEX "known_posts_root";--> statement-breakpoint
CREATE INDEX "known_posts_thread" ON "known_posts" USING btree ("root_id","depth","post_id") WHERE "known_posts"."depth" > 0;--> statement-breakpoint
CREATE INDEX "known_posts_depth" ON "known_posts" USING btree ("depth") WHERE "known_posts"."depth" > 0;--> statement-breakpoint
-- Bad data: of stores of before, posts that reply to a newer one hang nowhere so far. Each is hung where its parent is
-- known, unless that closes a ring. From the newest on, so that a ring is closed, and cut, at its smallest id.
DO $$
DECLARE
  "top" record;
  "place" record;
BEGIN
  FOR "top" IN
    SELECT c."post_id", c."parent_id" FROM "known_posts" c JOIN "known_posts" p ON p."post_id" = c."parent_id"
    WHERE c."parent_id" > c."post_id" ORDER BY c."post_id" DESC
  LOOP
    SELECT "root_id", "depth" INTO "place" FROM "known_posts" WHERE "post_id" = "top"."parent_id";
    CONTINUE WHEN "place"."root_id" = "top"."post_id";
    UPDATE "known_posts" k SET "root_id" = "place"."root_id", "depth" = k."depth" + "place"."depth" + 1
    WHERE k."root_id" = "top"."post_id" AND k."depth" > 0;
    UPDATE "known_posts" k SET "root_id" = "place"."root_id", "depth" = "place"."depth" + 1
    WHERE k."post_id" = "top"."post_id";
  END LOOP;
END $$;
