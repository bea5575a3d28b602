CREATE TYPE "public"."alert_kind" AS ENUM('POSTS', 'BURST', 'WORD_RATE', 'LIKES', 'FOLLOWERS_LOST');--> statement-breakpoint
CREATE TYPE "public"."alert_state" AS ENUM('ACTIVE', 'PAUSED');--> statement-breakpoint
CREATE TYPE "public"."delivery_method" AS ENUM('WEBHOOK');--> statement-breakpoint
CREATE TYPE "public"."delivery_state" AS ENUM('PENDING', 'DELIVERED', 'FAILED');--> statement-breakpoint
CREATE TABLE "alert_deliveries" (
	"delivery_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"event_id" uuid NOT NULL,
	"alert_id" integer NOT NULL,
	"method" "delivery_method" NOT NULL,
	"state" "delivery_state" DEFAULT 'PENDING' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone,
	"attempted_at" timestamp (3) with time zone,
	"status" integer,
	"error" text,
	"log" jsonb DEFAULT '[]'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_events" (
	"event_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"alert_id" integer NOT NULL,
	"number" bigint NOT NULL,
	"cause" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"is_test" boolean DEFAULT false NOT NULL,
	"stream_id" integer,
	"measured" double precision NOT NULL,
	"threshold" double precision NOT NULL,
	"summary" text NOT NULL,
	"posts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_posts" (
	"alert_id" integer NOT NULL,
	"post_id" uuid NOT NULL,
	"stream_id" integer NOT NULL,
	"matched_at" timestamp (3) with time zone NOT NULL,
	"measured" double precision,
	"event_id" uuid,
	CONSTRAINT "alert_posts_alert_id_post_id_pk" PRIMARY KEY("alert_id","post_id")
);
--> statement-breakpoint
CREATE TABLE "alert_streams" (
	"alert_id" integer NOT NULL,
	"stream_id" integer NOT NULL,
	"seen_version" bigint NOT NULL,
	"seen_arrived" bigint NOT NULL,
	"told_at" timestamp with time zone,
	CONSTRAINT "alert_streams_alert_id_stream_id_pk" PRIMARY KEY("alert_id","stream_id")
);
--> statement-breakpoint
CREATE TABLE "alert_targets" (
	"alert_id" integer NOT NULL,
	"method" "delivery_method" NOT NULL,
	"target" text NOT NULL,
	"secret" text NOT NULL,
	"failing_since" timestamp (3) with time zone,
	"disabled_at" timestamp (3) with time zone,
	"note" text,
	CONSTRAINT "alert_targets_alert_id_method_pk" PRIMARY KEY("alert_id","method")
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"alert_id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_alert_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" "alert_kind" NOT NULL,
	"condition" jsonb NOT NULL,
	"streams" integer[],
	"state" "alert_state" DEFAULT 'ACTIVE' NOT NULL,
	"note" text,
	"cooldown_ms" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"evaluated_at" timestamp (3) with time zone,
	"next_at" timestamp (3) with time zone,
	"fired_at" timestamp (3) with time zone,
	"fired" bigint DEFAULT 0 NOT NULL,
	"error" text,
	"error_at" timestamp (3) with time zone,
	"memory" jsonb
);
--> statement-breakpoint
CREATE INDEX "alert_deliveries_due" ON "alert_deliveries" USING btree ("next_at") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "alert_deliveries_event" ON "alert_deliveries" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "alert_deliveries_alert" ON "alert_deliveries" USING btree ("alert_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alert_events_cause" ON "alert_events" USING btree ("alert_id","cause");--> statement-breakpoint
CREATE UNIQUE INDEX "alert_events_number" ON "alert_events" USING btree ("alert_id","number");--> statement-breakpoint
CREATE INDEX "alert_events_stream" ON "alert_events" USING btree ("stream_id");--> statement-breakpoint
CREATE INDEX "alert_posts_waiting" ON "alert_posts" USING btree ("alert_id") WHERE event_id is null;--> statement-breakpoint
CREATE INDEX "alert_posts_event" ON "alert_posts" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "alert_posts_stream" ON "alert_posts" USING btree ("stream_id");--> statement-breakpoint
CREATE INDEX "alert_streams_stream" ON "alert_streams" USING btree ("stream_id");--> statement-breakpoint
CREATE INDEX "alerts_next" ON "alerts" USING btree ("next_at") WHERE state = 'ACTIVE';