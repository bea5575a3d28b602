ALTER TABLE "posts" ADD COLUMN "seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "told_at" json;