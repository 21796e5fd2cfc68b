-- A new destination cools off; nothing is on hold.
ALTER TABLE "payout" RENAME COLUMN "hold_until" TO "cooling_off_until";

-- The claim looks at it under its new name. Nothing else in the function changes.
DO $$
DECLARE body text := pg_get_functiondef('payout_claim_allowed'::regproc);
BEGIN
  IF strpos(body, 'NEW.hold_until') = 0 THEN RAISE EXCEPTION 'payout_claim_allowed does not look at hold_until'; END IF;
  EXECUTE replace(body, 'NEW.hold_until', 'NEW.cooling_off_until');
END $$;
