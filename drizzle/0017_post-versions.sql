CREATE TABLE "post_versions" (
	"stream_id" integer NOT NULL,
	"post_id" uuid NOT NULL,
	"first_id" uuid NOT NULL,
	"came" boolean DEFAULT false NOT NULL,
	CONSTRAINT "post_versions_stream_id_post_id_pk" PRIMARY KEY("stream_id","post_id")
);
--> statement-breakpoint
CREATE INDEX "post_versions_first" ON "post_versions" USING btree ("stream_id","first_id");