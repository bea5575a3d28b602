DROP INDEX "authors_handle";--> statement-breakpoint
CREATE INDEX "tally_totals_hashtag" ON "tally_totals" USING btree ("value" text_pattern_ops) WHERE "tally_totals"."dimension" = 'HASHTAG';--> statement-breakpoint
CREATE INDEX "authors_handles" ON "authors" USING btree (lower("handle") text_pattern_ops);