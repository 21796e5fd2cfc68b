-- No claim for payout-pay on a status answer older than thirty seconds: `validated_at` is the time before that request left.
CREATE FUNCTION payout_claim_fresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.validated_at IS NULL OR NEW.validated_at < clock_timestamp() - interval '30 seconds' THEN
    RAISE EXCEPTION 'what Cardzo said of payout % is too old to pay on', NEW.id USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_claim_fresh BEFORE UPDATE OF status ON "payout" FOR EACH ROW
  WHEN (NEW.status = 'paying' AND OLD.status IS DISTINCT FROM 'paying') EXECUTE FUNCTION payout_claim_fresh();
