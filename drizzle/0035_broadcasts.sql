CREATE TABLE "broadcasts" (
	"stream_id" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"title" text NOT NULL,
	"category" text,
	"viewers" bigint NOT NULL,
	"peak_viewers" bigint NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "broadcasts_stream_id_started_at_pk" PRIMARY KEY("stream_id","started_at")
);
--> statement-breakpoint
CREATE TABLE "viewer_readings" (
	"stream_id" integer NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"viewers" bigint NOT NULL,
	CONSTRAINT "viewer_readings_stream_id_observed_at_pk" PRIMARY KEY("stream_id","observed_at")
);
