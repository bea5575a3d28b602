CREATE TABLE "charged_posts" (
	"provider" "provider" NOT NULL,
	"day" date NOT NULL,
	"platform_id" text NOT NULL,
	CONSTRAINT "charged_posts_provider_day_platform_id_pk" PRIMARY KEY("provider","day","platform_id")
);
--> statement-breakpoint
CREATE TABLE "provider_states" (
	"provider" "provider" PRIMARY KEY NOT NULL,
	"open_until" timestamp with time zone,
	"limited_until" timestamp with time zone,
	"note" text,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spending" (
	"provider" "provider" NOT NULL,
	"month" date NOT NULL,
	"usd" numeric(14, 6) DEFAULT '0' NOT NULL,
	"posts" integer DEFAULT 0 NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "spending_provider_month_pk" PRIMARY KEY("provider","month")
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "priority" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "waiting_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "track_every_ms" bigint;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "track_next_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "covered" json;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_open_subject" ON "jobs" USING btree ("subject") WHERE state in ('QUEUED', 'RUNNING');--> statement-breakpoint
CREATE INDEX "jobs_finished" ON "jobs" USING btree ("finished_at");--> statement-breakpoint
CREATE INDEX "streams_track" ON "streams" USING btree ("track_next_at");