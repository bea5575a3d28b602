ALTER TYPE "public"."job_kind" ADD VALUE 'EXPORT' BEFORE 'REBUILD';--> statement-breakpoint
CREATE TABLE "secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL
);
