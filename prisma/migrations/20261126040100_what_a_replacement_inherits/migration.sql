-- Where the first payout of a chain was asked for: a payout that is asked for again keeps it, and is judged by it.
ALTER TABLE "payout" ADD COLUMN "judged_source" "payout_source";
WITH RECURSIVE chain AS (
  SELECT id, source FROM payout WHERE replaces_id IS NULL
  UNION ALL
  SELECT p.id, c.source FROM payout p JOIN chain c ON p.replaces_id = c.id
)
UPDATE payout SET judged_source = chain.source FROM chain WHERE chain.id = payout.id;
ALTER TABLE "payout" ALTER COLUMN "judged_source" SET NOT NULL;

-- Since when a setting is what it is, by the database's clock. The usual one is written down, so that it has a time too.
CREATE FUNCTION setting_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := CASE WHEN TG_OP = 'UPDATE' AND NEW.value = OLD.value THEN OLD.updated_at ELSE clock_timestamp() END;
  RETURN NEW;
END $$;
CREATE TRIGGER setting_since BEFORE INSERT OR UPDATE OF value ON "setting" FOR EACH ROW EXECUTE FUNCTION setting_since();
INSERT INTO setting (key, value) VALUES ('requireBalance', 'true') ON CONFLICT DO NOTHING;

-- What a replacement inherits does not depend on who makes it: it is for the same money to the same receiver, of a payout that ended
-- unpaid, is judged by the first one's source, and takes from the balance if any before it did.
CREATE FUNCTION payout_inherits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE earlier payout%ROWTYPE;
BEGIN
  NEW.judged_source := NEW.source;
  IF NEW.replaces_id IS NOT NULL THEN
    SELECT * INTO earlier FROM payout WHERE id = NEW.replaces_id;
    IF earlier.final_at IS NULL OR earlier.status = 'paid' OR earlier.receiver_id <> NEW.receiver_id
       OR earlier.currency <> NEW.currency OR earlier.amount_minor <> NEW.amount_minor THEN
      RAISE EXCEPTION 'this does not replace payout %', NEW.replaces_id USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.judged_source := earlier.judged_source;
    NEW.reserves := NEW.reserves OR earlier.reserves;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_inherits BEFORE INSERT ON "payout" FOR EACH ROW EXECUTE FUNCTION payout_inherits();

CREATE FUNCTION payout_judged_source_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'payout % keeps what it inherited', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_judged_source_stays BEFORE UPDATE OF judged_source, replaces_id ON "payout" FOR EACH ROW
  WHEN (NEW.judged_source IS DISTINCT FROM OLD.judged_source OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id)
  EXECUTE FUNCTION payout_judged_source_stays();

-- Who asked for a payout or for one that it replaces, in person or by a key of theirs.
CREATE FUNCTION payout_askers(payout_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain AS (
    SELECT id, replaces_id, requested_by_id, api_key_id FROM payout WHERE id = payout_id
    UNION ALL
    SELECT p.id, p.replaces_id, p.requested_by_id, p.api_key_id FROM payout p JOIN chain ON p.id = chain.replaces_id
  )
  SELECT requested_by_id FROM chain WHERE requested_by_id IS NOT NULL
  UNION
  SELECT k.owner_id FROM chain JOIN api_key k ON k.id = chain.api_key_id WHERE k.owner_id IS NOT NULL
$$;

-- Nobody approves what they asked for, not either once somebody else has asked for it again.
CREATE FUNCTION approval_not_of_an_asker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM payout_askers(NEW.payout_id) AS asker JOIN app_user u ON u.id = asker WHERE u.person_id = NEW.person_id) THEN
    RAISE EXCEPTION 'nobody approves what they asked for' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_not_of_an_asker BEFORE INSERT ON "approval" FOR EACH ROW EXECUTE FUNCTION approval_not_of_an_asker();
