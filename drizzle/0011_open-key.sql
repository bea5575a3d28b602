ALTER TABLE "jobs" RENAME COLUMN "subject" TO "open_key";--> statement-breakpoint
ALTER INDEX "jobs_open_subject" RENAME TO "jobs_open_key";
