CREATE TYPE "public"."channel_event_kind" AS ENUM('MESSAGE_DELETED', 'TIMEOUT', 'BAN', 'CHAT_CLEARED', 'SUBSCRIPTION', 'GIFT', 'RAID', 'ANNOUNCEMENT', 'HYPE_TRAIN', 'CATEGORY', 'OTHER');--> statement-breakpoint
CREATE TABLE "channel_events" (
	"stream_id" integer NOT NULL,
	"event_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" "channel_event_kind" NOT NULL,
	"author_id" text,
	"handle" text,
	"display_name" text,
	"message_id" uuid,
	"amount" integer,
	"text" text,
	CONSTRAINT "channel_events_stream_id_event_id_pk" PRIMARY KEY("stream_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "platform_id" uuid;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "is_first" boolean;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "is_returning" boolean;--> statement-breakpoint
CREATE INDEX "posts_platform_id" ON "posts" USING brin ("platform_id" uuid_bloom_ops);