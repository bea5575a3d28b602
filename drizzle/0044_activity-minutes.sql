CREATE TABLE "activity_minutes" (
	"stream_id" integer NOT NULL,
	"posts" integer NOT NULL,
	"bucket" timestamp with time zone NOT NULL,
	"sentiment" bigint NOT NULL,
	"bits" bigint NOT NULL,
	"positive" integer NOT NULL,
	"neutral" integer NOT NULL,
	"negative" integer NOT NULL,
	"emotes" integer NOT NULL,
	"emote_only" integer NOT NULL,
	"questions" integer NOT NULL,
	"commands" integer NOT NULL,
	"mentioning" integer NOT NULL,
	CONSTRAINT "activity_minutes_stream_id_bucket_pk" PRIMARY KEY("stream_id","bucket")
);
--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "emotes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- As a month of no emotes has it: a list of a width of 0.
ALTER TABLE "activity_months" ADD COLUMN "emotes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "activity_months" ADD COLUMN "emotes_packed" "bytea" DEFAULT '\x00' NOT NULL;--> statement-breakpoint
ALTER TABLE "activity_months" ALTER COLUMN "emotes" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "activity_months" ALTER COLUMN "emotes_packed" DROP DEFAULT;
