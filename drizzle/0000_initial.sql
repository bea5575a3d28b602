CREATE TYPE "public"."job_kind" AS ENUM('FETCH', 'IMPORT', 'COLLECT', 'REBUILD');--> statement-breakpoint
CREATE TYPE "public"."job_state" AS ENUM('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');--> statement-breakpoint
CREATE TYPE "public"."stream_kind" AS ENUM('ACCOUNT', 'TOPIC', 'CHANNEL');--> statement-breakpoint
CREATE TYPE "public"."platform" AS ENUM('X', 'TWITCH');--> statement-breakpoint
CREATE TYPE "public"."post_kind" AS ENUM('ORIGINAL', 'REPLY', 'REPOST', 'QUOTE', 'MESSAGE');--> statement-breakpoint
CREATE TYPE "public"."provider" AS ENUM('X_API', 'X_SCRAPER', 'SOCIALDATA', 'X_ARCHIVE', 'TWITCH_EVENTSUB', 'TWITCH_IRC', 'TWITCH_LOG', 'SYNTHETIC');--> statement-breakpoint
CREATE TABLE "jobs" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"kind" "job_kind" NOT NULL,
	"state" "job_state" DEFAULT 'QUEUED' NOT NULL,
	"stream_id" integer,
	"provider" "provider",
	"payload" jsonb NOT NULL,
	"cursor" text,
	"message" text DEFAULT 'Waiting for a worker' NOT NULL,
	"pages" integer DEFAULT 0 NOT NULL,
	"fetched" bigint DEFAULT 0 NOT NULL,
	"inserted" bigint DEFAULT 0 NOT NULL,
	"updated" bigint DEFAULT 0 NOT NULL,
	"rejected" bigint DEFAULT 0 NOT NULL,
	"rejections" jsonb,
	"total" bigint,
	"posts_per_second" double precision DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"error_code" text,
	"error_message" text,
	"error_retry_at" timestamp with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"progress_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "metric_history" (
	"stream_id" integer NOT NULL,
	"post_id" uuid NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"likes" bigint,
	"reposts" bigint,
	"replies" bigint,
	"quotes" bigint,
	"bookmarks" bigint,
	"impressions" bigint,
	"impressions_estimated" boolean DEFAULT false NOT NULL,
	CONSTRAINT "metric_history_stream_id_post_id_observed_at_pk" PRIMARY KEY("stream_id","post_id","observed_at")
);
--> statement-breakpoint
CREATE TABLE "post_terms" (
	"stream_id" integer NOT NULL,
	"term" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"post_id" uuid NOT NULL,
	CONSTRAINT "post_terms_stream_id_term_created_at_post_id_pk" PRIMARY KEY("stream_id","term","created_at","post_id")
);
--> statement-breakpoint
CREATE TABLE "posts" (
	"stream_id" integer NOT NULL,
	"post_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"collected_at" timestamp with time zone NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"likes" bigint,
	"reposts" bigint,
	"replies" bigint,
	"quotes" bigint,
	"bookmarks" bigint,
	"impressions" bigint,
	"impressions_estimated" boolean DEFAULT false NOT NULL,
	"engagement" bigint,
	"bits" integer DEFAULT 0 NOT NULL,
	"sentiment" smallint NOT NULL,
	"own" boolean NOT NULL,
	"kind" "post_kind" NOT NULL,
	"provider" "provider" NOT NULL,
	"author_id" text NOT NULL,
	"text" text NOT NULL,
	"language" text,
	"client" text,
	"reply_to" text,
	"repost_of" text,
	"parent_id" uuid,
	"quoted_id" uuid,
	"hashtags" text[] NOT NULL,
	"mentions" text[] NOT NULL,
	"cashtags" text[] NOT NULL,
	"urls" text[] NOT NULL,
	"domains" text[] NOT NULL,
	"emoji" text[] NOT NULL,
	"words" text[] NOT NULL,
	"media" json,
	"emotes" json,
	"badges" text[],
	"search_text" text,
	"search" "tsvector" GENERATED ALWAYS AS (to_tsvector('simple', coalesce(search_text, text))) STORED NOT NULL,
	CONSTRAINT "posts_stream_id_post_id_pk" PRIMARY KEY("stream_id","post_id")
);
--> statement-breakpoint
CREATE TABLE "raw_payloads" (
	"stream_id" integer NOT NULL,
	"batch_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "raw_payloads_batch_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"provider" "provider" NOT NULL,
	"collected_at" timestamp with time zone NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"account" json NOT NULL,
	"post_ids" uuid[] NOT NULL,
	"payloads" "bytea" NOT NULL,
	CONSTRAINT "raw_payloads_stream_id_batch_id_pk" PRIMARY KEY("stream_id","batch_id")
);
--> statement-breakpoint
CREATE TABLE "activity" (
	"stream_id" integer NOT NULL,
	"bucket" timestamp with time zone NOT NULL,
	"posts" integer NOT NULL,
	"originals" integer NOT NULL,
	"replied" integer NOT NULL,
	"reposted" integer NOT NULL,
	"quoted" integer NOT NULL,
	"likes" bigint,
	"reposts" bigint,
	"replies" bigint,
	"quotes" bigint,
	"bookmarks" bigint,
	"engagement" bigint,
	"impressions" bigint,
	"engaged_posts" integer NOT NULL,
	"impressions_estimated" bigint,
	"sentiment" bigint NOT NULL,
	"positive" integer NOT NULL,
	"neutral" integer NOT NULL,
	"negative" integer NOT NULL,
	"bits" bigint NOT NULL,
	CONSTRAINT "activity_stream_id_bucket_pk" PRIMARY KEY("stream_id","bucket")
);
--> statement-breakpoint
CREATE TABLE "observed_activity" (
	"stream_id" integer NOT NULL,
	"bucket" timestamp with time zone NOT NULL,
	"posts" integer NOT NULL,
	"likes" bigint,
	"reposts" bigint,
	"replies" bigint,
	"quotes" bigint,
	"bookmarks" bigint,
	"engagement" bigint,
	"impressions" bigint,
	CONSTRAINT "observed_activity_stream_id_bucket_pk" PRIMARY KEY("stream_id","bucket")
);
--> statement-breakpoint
CREATE TABLE "tally_months" (
	"stream_id" integer NOT NULL,
	"dimension" text NOT NULL,
	"month" date NOT NULL,
	"values" text[] NOT NULL,
	"posts" integer[] NOT NULL,
	"engagement" bigint[] NOT NULL,
	CONSTRAINT "tally_months_stream_id_dimension_month_pk" PRIMARY KEY("stream_id","dimension","month")
);
--> statement-breakpoint
CREATE TABLE "tally_totals" (
	"stream_id" integer NOT NULL,
	"dimension" text NOT NULL,
	"value" text NOT NULL,
	"posts" integer NOT NULL,
	"engagement" bigint NOT NULL,
	CONSTRAINT "tally_totals_stream_id_dimension_value_pk" PRIMARY KEY("stream_id","dimension","value")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"stream_id" integer PRIMARY KEY NOT NULL,
	"platform_id" text,
	"handle" text NOT NULL,
	"display_name" text,
	"description" text,
	"avatar_url" text,
	"verified" boolean,
	"protected" boolean,
	"joined_at" timestamp with time zone,
	"followers" bigint,
	"following" bigint,
	"reported_posts" bigint,
	"observed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authors" (
	"stream_id" integer NOT NULL,
	"author_id" text NOT NULL,
	"handle" text NOT NULL,
	"display_name" text,
	"avatar_url" text,
	"observed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "authors_stream_id_author_id_pk" PRIMARY KEY("stream_id","author_id")
);
--> statement-breakpoint
CREATE TABLE "follower_snapshots" (
	"stream_id" integer NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"followers" bigint,
	"following" bigint,
	"reported_posts" bigint,
	CONSTRAINT "follower_snapshots_stream_id_observed_at_pk" PRIMARY KEY("stream_id","observed_at")
);
--> statement-breakpoint
CREATE TABLE "stream_providers" (
	"stream_id" integer NOT NULL,
	"provider" "provider" NOT NULL,
	"collected_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stream_providers_stream_id_provider_pk" PRIMARY KEY("stream_id","provider")
);
--> statement-breakpoint
CREATE TABLE "streams" (
	"stream_id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "streams_stream_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" "stream_kind" NOT NULL,
	"platform" "platform" NOT NULL,
	"identity" text NOT NULL,
	"title" text NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"fetched_at" timestamp with time zone,
	"earliest_post_at" timestamp with time zone,
	"latest_post_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "jobs_created" ON "jobs" USING btree ("created_at","job_id");--> statement-breakpoint
CREATE INDEX "jobs_stream" ON "jobs" USING btree ("stream_id","created_at","job_id");--> statement-breakpoint
CREATE INDEX "jobs_state" ON "jobs" USING btree ("state");--> statement-breakpoint
CREATE INDEX "posts_created" ON "posts" USING btree ("stream_id","created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_newest" ON "posts" USING btree ("created_at","post_id","stream_id");--> statement-breakpoint
CREATE INDEX "posts_likes" ON "posts" USING btree ("stream_id",coalesce("likes", -1),"created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_reposts" ON "posts" USING btree ("stream_id",coalesce("reposts", -1),"created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_replies" ON "posts" USING btree ("stream_id",coalesce("replies", -1),"created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_impressions" ON "posts" USING btree ("stream_id",coalesce("impressions", -1),"created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_engagement" ON "posts" USING btree ("stream_id",coalesce("engagement", -1),"created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_search" ON "posts" USING gin ("search");--> statement-breakpoint
CREATE INDEX "accounts_handle" ON "accounts" USING btree (lower("handle"));--> statement-breakpoint
CREATE INDEX "authors_handle" ON "authors" USING btree (lower("handle"));--> statement-breakpoint
CREATE UNIQUE INDEX "streams_identity" ON "streams" USING btree ("kind","platform","identity");