ALTER TABLE "chatter_days" ADD COLUMN "quarter_marks" "bytea";
--> statement-breakpoint
-- Rows without it count as not made: their channels are gone through again.
UPDATE "streams" SET "chatters_folded" = -1 WHERE "kind" = 'CHANNEL';
