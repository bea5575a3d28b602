CREATE TABLE "rebuilds" (
	"stream_id" integer PRIMARY KEY NOT NULL,
	"reached" uuid,
	"posts" bigint DEFAULT 0 NOT NULL,
	"unreadable" bigint DEFAULT 0 NOT NULL,
	"lease" integer DEFAULT 1 NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"failures" smallint DEFAULT 1 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "derivation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "derived_version" bigint DEFAULT 0 NOT NULL;