-- settlement: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE OR REPLACE FUNCTION payout_settled_one_hand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM app_user a, app_user b WHERE a.id::text = NEW.settled_by -> 0 ->> 'id' AND b.id::text = NEW.settled_by -> 1 ->> 'id'
             AND b.person_id IN (SELECT one_hand(a.person_id))) THEN
    RAISE EXCEPTION 'an outcome is settled by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_settlement_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF OLD.status <> 'outcome_unknown' OR NEW.status NOT IN ('paid', 'failed') THEN
    RAISE EXCEPTION 'only an unknown outcome can be settled by people' USING ERRCODE = 'restrict_violation';
  END IF;
  IF jsonb_array_length(NEW.settled_by) <> 2 OR NEW.settled_by -> 0 ->> 'id' = NEW.settled_by -> 1 ->> 'id' THEN
    RAISE EXCEPTION 'an outcome is settled by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER payout_settled_one_hand BEFORE UPDATE OF settled_by ON payout
  FOR EACH ROW
  WHEN (new.settled_by IS NOT NULL AND new.settled_by IS DISTINCT FROM old.settled_by)
  EXECUTE FUNCTION payout_settled_one_hand();

CREATE TRIGGER payout_settlement_guard BEFORE UPDATE OF settled_by ON payout
  FOR EACH ROW
  WHEN (new.settled_by IS DISTINCT FROM old.settled_by)
  EXECUTE FUNCTION payout_settlement_guard();
