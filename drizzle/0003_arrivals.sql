ALTER TABLE "streams" ADD COLUMN "arrived" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "arrivals" uuid[] DEFAULT '{}' NOT NULL;