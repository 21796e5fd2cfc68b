-- PostgreSQL lets transactions with a NOTIFY commit one after the other, each with its own wait for the disk. So a change of a payout no
-- longer wakes workers itself: the process that made it does, after the commit (lib/runtime/wake-workers.ts). One that is lost costs a
-- second, because workers also look by themselves.
-- Locks payout_work for moments.
DROP TRIGGER payout_work_notify ON "payout_work";
DROP FUNCTION payout_due_notify();

CREATE OR REPLACE FUNCTION payout_work_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payout_work (payout_id, due_at)
    VALUES (NEW.id, CASE WHEN NEW.final_at IS NULL THEN date_trunc('milliseconds', now()) END);
  RETURN NULL;
END $$;
