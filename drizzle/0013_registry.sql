CREATE TABLE "registry" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "registry_has_one_row" CHECK ("registry"."is_only")
);
--> statement-breakpoint
INSERT INTO "registry" DEFAULT VALUES;
