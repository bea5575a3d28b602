CREATE TABLE "shares" (
	"share_id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "shares_share_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"path" text NOT NULL,
	"stream_ids" integer[] NOT NULL,
	"trends" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
