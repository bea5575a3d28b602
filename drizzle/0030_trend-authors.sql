CREATE TABLE "trend_authors" (
	"term" text NOT NULL,
	"day" timestamp with time zone NOT NULL,
	"platform" "platform" NOT NULL,
	"authors" text[] NOT NULL,
	CONSTRAINT "trend_authors_term_day_platform_pk" PRIMARY KEY("term","day","platform")
);
--> statement-breakpoint
CREATE INDEX "trend_authors_day" ON "trend_authors" USING btree ("day");--> statement-breakpoint
-- Long lists, none of which a query selects by: as in migration 0005.
ALTER TABLE "trend_authors" ALTER COLUMN "authors" SET STATISTICS 0;
--> statement-breakpoint
-- The days that a window of a week holds are listed behind, by folding them again; older ones are read from the uses.
INSERT INTO "trend_changes" ("hours")
SELECT array_agg(DISTINCT floor(extract(epoch FROM "start") / 3600)::int)
FROM "trend_buckets" WHERE "size" = 'HOUR' AND "start" >= date_trunc('day', now(), 'UTC') - interval '8 days' HAVING count(*) > 0;
