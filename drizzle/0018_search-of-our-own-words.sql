-- The words of a text are cut by larkstat itself. Nothing is written anew: posts keep the words that Postgres cut, until
-- they are rebuilt. A server of the version before works on beside; search finds its new posts when they were rebuilt.
ALTER TABLE "posts" ALTER COLUMN "search" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "search" DROP EXPRESSION;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "search_rules" smallint;