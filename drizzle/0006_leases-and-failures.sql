ALTER TABLE "jobs" ADD COLUMN "lease" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "failures" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Folders of the spool are called by it: none must come twice.
UPDATE "jobs" SET "lease" = "attempts" WHERE "attempts" > 0;
