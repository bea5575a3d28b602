CREATE TABLE "known_posts" (
	"post_id" uuid PRIMARY KEY NOT NULL,
	"stream_id" integer NOT NULL,
	"own" boolean NOT NULL,
	"parent_id" uuid,
	"root_id" uuid NOT NULL,
	"depth" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vacant_posts" (
	"stream_id" integer NOT NULL,
	"post_id" uuid NOT NULL,
	CONSTRAINT "vacant_posts_stream_id_post_id_pk" PRIMARY KEY("stream_id","post_id")
);
--> statement-breakpoint
ALTER TABLE "post_terms" ADD COLUMN "author_id" text;--> statement-breakpoint
ALTER TABLE "post_terms" ADD COLUMN "stands" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "stands" boolean DEFAULT true NOT NULL;--> statement-breakpoint
-- Brings over what is stored. Of the rows of a post its own ones come first, then the one that was collected first.
INSERT INTO "known_posts" ("post_id", "stream_id", "own", "parent_id", "root_id", "depth")
SELECT DISTINCT ON (p."post_id") p."post_id", p."stream_id", p."own", p."parent_id", p."post_id", 0
FROM "posts" p JOIN "streams" s ON s."stream_id" = p."stream_id"
WHERE s."platform" = 'X'
ORDER BY p."post_id", p."own" DESC, p."collected_at", p."stream_id";
--> statement-breakpoint
-- When the row that stands names no parent, another may.
UPDATE "known_posts" k SET "parent_id" = told."parent_id"
FROM (
  SELECT DISTINCT ON (p."post_id") p."post_id", p."parent_id"
  FROM "posts" p JOIN "streams" s ON s."stream_id" = p."stream_id"
  WHERE s."platform" = 'X' AND p."parent_id" IS NOT NULL
  ORDER BY p."post_id", p."collected_at", p."stream_id"
) told
WHERE told."post_id" = k."post_id" AND k."parent_id" IS NULL;
--> statement-breakpoint
UPDATE "posts" p SET "stands" = false
FROM "known_posts" k, "streams" s
WHERE p."own" AND k."post_id" = p."post_id" AND k."stream_id" <> p."stream_id"
  AND s."stream_id" = p."stream_id" AND s."platform" = 'X';
--> statement-breakpoint
UPDATE "post_terms" t SET "author_id" = p."author_id", "stands" = p."own" AND p."stands" AND p."kind" <> 'REPOST'
FROM "posts" p WHERE p."stream_id" = t."stream_id" AND p."post_id" = t."post_id";
--> statement-breakpoint
CREATE INDEX "known_posts_parent" ON "known_posts" USING btree ("parent_id") WHERE "known_posts"."parent_id" is not null;
--> statement-breakpoint
ANALYZE "known_posts";
--> statement-breakpoint
-- A post is older than its replies, so its id is smaller: a parent that is not is bad data and no step of the tree, which
-- therefore has no cycle. By the index on parents, level by level: a plan that reads the table in each level would take
-- hours for a thread of 10,000 levels.
SET LOCAL enable_hashjoin = off;
--> statement-breakpoint
SET LOCAL enable_mergejoin = off;
--> statement-breakpoint
WITH RECURSIVE "below" AS (
  SELECT c."post_id", r."post_id" AS "root_id", 1 AS "depth"
  FROM "known_posts" c JOIN "known_posts" r ON r."post_id" = c."parent_id" AND r."post_id" < c."post_id"
  WHERE r."parent_id" IS NULL OR r."parent_id" >= r."post_id"
    OR NOT EXISTS (SELECT FROM "known_posts" above WHERE above."post_id" = r."parent_id")
  UNION ALL
  SELECT c."post_id", b."root_id", b."depth" + 1
  FROM "below" b JOIN "known_posts" c ON c."parent_id" = b."post_id" AND b."post_id" < c."post_id"
)
UPDATE "known_posts" k SET "root_id" = b."root_id", "depth" = b."depth"
FROM "below" b WHERE k."post_id" = b."post_id";
--> statement-breakpoint
SET LOCAL enable_hashjoin = on;
--> statement-breakpoint
SET LOCAL enable_mergejoin = on;
--> statement-breakpoint
CREATE INDEX "known_posts_root" ON "known_posts" USING btree ("root_id") WHERE "known_posts"."depth" > 0;
--> statement-breakpoint
CREATE INDEX "post_terms_window" ON "post_terms" USING btree ("created_at","term","author_id") WHERE "post_terms"."stands";
--> statement-breakpoint
CREATE INDEX "post_terms_term" ON "post_terms" USING btree ("term","created_at","author_id") WHERE "post_terms"."stands";
--> statement-breakpoint
CREATE INDEX "posts_post" ON "posts" USING btree ("post_id");
--> statement-breakpoint
CREATE INDEX "posts_doubles" ON "posts" USING btree ("created_at") WHERE "posts"."own" and not "posts"."stands";
