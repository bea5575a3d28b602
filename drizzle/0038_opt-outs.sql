CREATE TYPE "public"."opt_out_kind" AS ENUM('CHATTER', 'CHANNEL');--> statement-breakpoint
CREATE TABLE "opt_outs" (
	"kind" "opt_out_kind" NOT NULL,
	"login" text NOT NULL,
	"platform_ids" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "opt_outs_kind_login_pk" PRIMARY KEY("kind","login")
);
--> statement-breakpoint
CREATE INDEX "opt_outs_ids" ON "opt_outs" USING gin ("platform_ids") WHERE "opt_outs"."kind" = 'CHATTER';