CREATE TABLE "author_names" (
	"stream_id" integer NOT NULL,
	"author_id" text NOT NULL,
	"handle" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "author_names_stream_id_author_id_handle_pk" PRIMARY KEY("stream_id","author_id","handle")
);
--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "emote_only" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "questions" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "commands" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "mentioning" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_chatter" ON "posts" USING btree ("stream_id","author_id") WHERE "posts"."kind" = 'MESSAGE';