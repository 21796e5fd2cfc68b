-- Everything that decides what is paid, to whom, for whom and by which rules stays as it was asked for. What payout_guard and the
-- triggers beside it do not cover yet.
CREATE FUNCTION payout_asked_for_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.seq, NEW.source, NEW.created_at, NEW.metadata, NEW.judged_source)
       IS DISTINCT FROM (OLD.id, OLD.seq, OLD.source, OLD.created_at, OLD.metadata, OLD.judged_source)
     OR (NEW.description, NEW.account_last4, NEW.ip_address, NEW.api_key_id, NEW.replaces_id)
       IS DISTINCT FROM (OLD.description, OLD.account_last4, OLD.ip_address, OLD.api_key_id, OLD.replaces_id) THEN
    RAISE EXCEPTION 'what payout % asks for can not be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  -- Without approvals that were asked for, this note alone lets it be paid.
  IF OLD.policy_note IS NOT NULL AND NEW.policy_note IS DISTINCT FROM OLD.policy_note THEN
    RAISE EXCEPTION 'payout % was judged and stays so', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  -- Writers name the version they saw: one that came back would let an old decision through.
  IF NEW.version < OLD.version THEN
    RAISE EXCEPTION 'the version of payout % only grows', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  -- Who overtook a lease must stay ahead.
  IF NEW.lease_fence < OLD.lease_fence THEN
    RAISE EXCEPTION 'the fence of payout % only grows', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_asked_for_stays BEFORE UPDATE ON "payout" FOR EACH ROW EXECUTE FUNCTION payout_asked_for_stays();
