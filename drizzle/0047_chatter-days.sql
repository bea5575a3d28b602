CREATE TABLE "chatter_days" (
	"stream_id" integer NOT NULL,
	"day" date NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"making" uuid,
	"chatters" integer,
	"ids" "bytea",
	"names" text[],
	"counts" "bytea",
	"quarters" "bytea",
	"marks" "bytea",
	CONSTRAINT "chatter_days_stream_id_day_pk" PRIMARY KEY("stream_id","day")
);
--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "chatters_folded" bigint DEFAULT 0 NOT NULL;