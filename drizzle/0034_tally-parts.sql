-- What is stored becomes a month's first part. In this order the rows stay as they are on disk.
ALTER TABLE "tally_months" ADD COLUMN "part" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tally_months" ALTER COLUMN "part" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "tally_months" ALTER COLUMN "part" ADD GENERATED ALWAYS AS IDENTITY (sequence name "tally_months_part_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "tally_months" DROP CONSTRAINT "tally_months_stream_id_dimension_month_pk";--> statement-breakpoint
ALTER TABLE "tally_months" ADD CONSTRAINT "tally_months_stream_id_dimension_month_part_pk" PRIMARY KEY("stream_id","dimension","month","part");--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "unfolded" bigint DEFAULT 0 NOT NULL;
