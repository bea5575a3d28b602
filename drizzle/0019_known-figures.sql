DROP INDEX "posts_impressions";--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "rate_engagement" bigint;--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "rate_impressions" bigint;--> statement-breakpoint
ALTER TABLE "observed_activity" ADD COLUMN "impressions_estimated" bigint;--> statement-breakpoint
ALTER TABLE "tally_months" ADD COLUMN "engaged" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tally_totals" ADD COLUMN "engaged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "measured_posts" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "measured_impressions" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "measured_reactions" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "impressions_per_reaction" integer GENERATED ALWAYS AS (case when measured_reactions = 0 then 200 else least(100000, greatest(1, round(
          (measured_posts * measured_impressions::numeric + 2000 * measured_reactions::numeric)
            / (measured_reactions::numeric * (measured_posts + 10))))) end) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_impressions" ON "posts" USING btree ("stream_id","impressions_estimated",coalesce("impressions", -1),"created_at","post_id") WHERE "posts"."engagement" is not null or "posts"."impressions" is not null;--> statement-breakpoint
-- Until now the history kept every estimate as measured.
UPDATE "metric_history" SET "impressions_estimated" = true
WHERE NOT "impressions_estimated" AND ("likes" IS NOT NULL OR "reposts" IS NOT NULL)
  AND "impressions" = 200 * (coalesce("likes", 0) + coalesce("reposts", 0));
