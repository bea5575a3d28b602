CREATE TABLE "trend_buckets" (
	"platform" "platform" NOT NULL,
	"kind" text NOT NULL,
	"size" text NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"terms" text[] NOT NULL,
	"posts" integer[] NOT NULL,
	"author_hours" integer[] NOT NULL,
	"all_author_hours" bigint NOT NULL,
	CONSTRAINT "trend_buckets_kind_size_start_platform_pk" PRIMARY KEY("kind","size","start","platform")
);
--> statement-breakpoint
CREATE TABLE "trend_changes" (
	"change_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "trend_changes_change_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hours" integer[] NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trend_folding" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"folded_from" timestamp with time zone NOT NULL,
	"words_from" timestamp with time zone NOT NULL,
	CONSTRAINT "trend_folding_has_one_row" CHECK ("trend_folding"."is_only")
);
--> statement-breakpoint
CREATE INDEX "trend_changes_at" ON "trend_changes" USING btree ("changed_at");--> statement-breakpoint
-- Long lists, none of which a query selects by: as in migration 0005.
ALTER TABLE "trend_buckets"
  ALTER COLUMN "terms" SET STATISTICS 0,
  ALTER COLUMN "posts" SET STATISTICS 0,
  ALTER COLUMN "author_hours" SET STATISTICS 0;
--> statement-breakpoint
INSERT INTO "trend_folding" ("folded_from", "words_from")
VALUES (date_trunc('day', now(), 'UTC') - interval '120 days', date_trunc('day', now(), 'UTC') - interval '36 days');
--> statement-breakpoint
-- What is stored is folded behind, the newest hours first; until then windows are counted from the posts.
INSERT INTO "trend_changes" ("hours")
SELECT array_agg(DISTINCT floor(extract(epoch FROM "created_at") / 3600)::int)
FROM "posts", "trend_folding" WHERE "created_at" >= "folded_from" HAVING count(*) > 0;
