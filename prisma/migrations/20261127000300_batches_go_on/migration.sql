-- A row that can't be made into a payout now is tried again later and stops no other; a batch can be cancelled as a whole.
-- Locks: batch and batch_row exclusively, without reading or rewriting them.

ALTER TABLE "batch" ADD COLUMN "stumbles" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "cancelled_at" TIMESTAMPTZ(3),
  ADD COLUMN "cancelled_by_id" UUID,
  ADD COLUMN "cancelled_by_key_id" UUID,
  ADD COLUMN "cancelled_by_name" TEXT,
  ADD COLUMN "cancel_ended_at" TIMESTAMPTZ(3),
  ADD CONSTRAINT batch_cancelled CHECK (
    num_nonnulls(cancelled_at, cancelled_by_name) IN (0, 2)
    AND num_nonnulls(cancelled_by_id, cancelled_by_key_id) = (cancelled_at IS NOT NULL)::int
    AND (cancel_ended_at IS NULL OR cancelled_at IS NOT NULL));
ALTER TABLE "batch_row" ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "try_at" TIMESTAMPTZ(3);

CREATE INDEX batch_cancelling ON batch (made_at) WHERE cancelled_at IS NOT NULL AND cancel_ended_at IS NULL;

CREATE OR REPLACE FUNCTION batch_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.seq, NEW.file_hash, NEW.made_by_id, NEW.api_key_id, NEW.made_at, NEW.rows, NEW.wrong, NEW.sums)
     IS DISTINCT FROM (OLD.id, OLD.seq, OLD.file_hash, OLD.made_by_id, OLD.api_key_id, OLD.made_at, OLD.rows, OLD.wrong, OLD.sums)
     OR (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)
     OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at))
     OR (OLD.cancelled_at IS NOT NULL AND (NEW.cancelled_at, NEW.cancelled_by_id, NEW.cancelled_by_key_id, NEW.cancelled_by_name, NEW.submitted_at)
       IS DISTINCT FROM (OLD.cancelled_at, OLD.cancelled_by_id, OLD.cancelled_by_key_id, OLD.cancelled_by_name, OLD.submitted_at))
     OR (OLD.cancel_ended_at IS NOT NULL AND NEW.cancel_ended_at IS DISTINCT FROM OLD.cancel_ended_at) THEN
    RAISE EXCEPTION 'batch % stays what it is', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
