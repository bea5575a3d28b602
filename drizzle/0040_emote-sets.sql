CREATE TYPE "public"."emote_service" AS ENUM('BTTV', 'FFZ', 'SEVENTV');--> statement-breakpoint
CREATE TABLE "emote_sets" (
	"stream_id" integer NOT NULL,
	"service" "emote_service" NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"emotes" json NOT NULL,
	CONSTRAINT "emote_sets_stream_id_service_pk" PRIMARY KEY("stream_id","service")
);
