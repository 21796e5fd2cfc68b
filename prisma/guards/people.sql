-- people: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE app_user ADD CONSTRAINT app_user_phrase_sealed CHECK (phrase IS NULL OR starts_with(phrase, 'v1.'::text));

ALTER TABLE app_user ADD CONSTRAINT app_user_quiet_hours CHECK (quiet_from IS NULL AND quiet_until IS NULL OR quiet_from >= 0 AND quiet_from <= 23 AND quiet_until >= 0 AND quiet_until <= 23 AND quiet_from <> quiet_until);

CREATE OR REPLACE FUNCTION access_change_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE proposer uuid;
BEGIN
  SELECT person_id INTO proposer FROM app_user WHERE id = NEW.proposed_by_id AND role = 'admin' AND disabled_at IS NULL;
  IF TG_OP = 'INSERT' THEN
    IF proposer IS NULL THEN
      RAISE EXCEPTION '% may not change who may do what', NEW.proposed_by_name USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decision IS NOT NULL AND (NEW.decision <> 'at_once' OR access_needs_two(NEW.kind, NEW.what)) THEN
      RAISE EXCEPTION 'this takes two people' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decision IS NULL AND NEW.open_key IS NULL THEN
      RAISE EXCEPTION 'a proposal waits under its key' USING ERRCODE = 'restrict_violation';
    END IF;
    -- Where somebody else can confirm it, it waits for them; else it takes effect after a time that everybody is told.
    NEW.due_at := CASE WHEN NEW.decision IS NULL AND NOT other_admin(proposer) THEN clock_timestamp() + make_interval(
      hours => coalesce((SELECT (value #>> '{}')::int FROM setting WHERE key = 'accessWaitH'), 24)) END;
    RETURN NEW;
  END IF;
  IF OLD.decision IS NOT NULL
     OR (NEW.id, NEW.kind, NEW.subject_id, NEW.what, NEW.proposed_by_id, NEW.proposed_by_name, NEW.proposed_at, NEW.due_at)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.subject_id, OLD.what, OLD.proposed_by_id, OLD.proposed_by_name, OLD.proposed_at, OLD.due_at)
     OR (NEW.decision IS NOT NULL AND (NEW.open_key IS NOT NULL OR NEW.decision NOT IN ('confirmed', 'elapsed', 'declined', 'withdrawn'))) THEN
    RAISE EXCEPTION 'a proposal is decided once and stays as it was made' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'confirmed' AND NOT EXISTS (
       SELECT 1 FROM app_user b WHERE b.id = NEW.decided_by_id AND b.role = 'admin' AND b.disabled_at IS NULL
         AND b.person_id NOT IN (SELECT one_hand(a.person_id) FROM app_user a WHERE a.id = NEW.proposed_by_id)) THEN
    RAISE EXCEPTION 'this takes two people' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'elapsed' AND (proposer IS NULL OR OLD.due_at IS NULL OR OLD.due_at > clock_timestamp()) THEN
    RAISE EXCEPTION 'this proposal is not due yet' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION access_needs_two(kind text, what jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $$
  SELECT CASE kind
    WHEN 'invite' THEN what ->> 'role' IN ('approver', 'admin')
    WHEN 'role' THEN what ->> 'role' IN ('approver', 'admin')
    WHEN 'key' THEN what -> 'scopes' ?| ARRAY['payouts:write', 'payouts:retry', 'grants:write', 'receivers:write']
    WHEN 'link' THEN false
    ELSE true
  END
$$;

CREATE OR REPLACE FUNCTION asked_alone(asked payout)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $$
  SELECT EXISTS (
    SELECT 1 FROM hand_edge() edge WHERE edge.alone AND edge.node IN (
      SELECT coalesce(asked.api_key_id, (SELECT person_id FROM app_user WHERE id = asked.requested_by_id))
      UNION SELECT granted_by(asked)))
$$;

CREATE OR REPLACE FUNCTION asked_before(payout_id uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  WITH RECURSIVE chain AS (
    SELECT e.id, e.replaces_id, e.api_key_id FROM payout p JOIN payout e ON e.id = p.replaces_id WHERE p.id = payout_id
    UNION ALL
    SELECT p.id, p.replaces_id, p.api_key_id FROM payout p JOIN chain ON p.id = chain.replaces_id
  )
  SELECT api_key_id FROM chain WHERE api_key_id IS NOT NULL
  UNION
  SELECT u.person_id FROM chain, payout_askers(chain.id) AS asker JOIN app_user u ON u.id = asker
$$;

CREATE OR REPLACE FUNCTION behind_payout(payout_id uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  SELECT u.person_id FROM payout p JOIN app_user u ON u.id = p.requested_by_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN app_user u ON u.receiver_id = p.receiver_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN destination d ON d.id = p.destination_id JOIN app_user u ON u.id = d.created_by_id
    WHERE p.id = payout_id
  UNION SELECT d.api_key_id FROM payout p JOIN destination d ON d.id = p.destination_id
    WHERE p.id = payout_id AND d.api_key_id IS NOT NULL
  UNION SELECT u.person_id FROM payout p JOIN api_key k ON k.id = p.api_key_id JOIN app_user u ON u.id = k.owner_id WHERE p.id = payout_id
  UNION SELECT granted_by(p) FROM payout p WHERE p.id = payout_id AND p.reserves
  UNION SELECT p.api_key_id FROM payout p WHERE p.id = payout_id AND p.api_key_id IS NOT NULL
  UNION SELECT asked_before(payout_id) FROM payout p WHERE p.id = payout_id AND p.replaces_id IS NOT NULL
  UNION SELECT changed_by(p.receiver_id) FROM payout p WHERE p.id = payout_id
$$;

CREATE OR REPLACE FUNCTION changed_by(receiver uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  SELECT u.person_id FROM receiver_change c JOIN app_user u ON u.id = c.changed_by_id
  WHERE c.receiver_id = receiver AND c.changed_at > now() - make_interval(days => hand_days())
$$;

CREATE OR REPLACE FUNCTION granted_by(asked payout)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  SELECT coalesce(u.person_id, g.by_id) FROM (
    SELECT DISTINCT actor_id::uuid AS by_id FROM grant_row
    WHERE asked.reserves AND receiver_id = asked.receiver_id AND currency = asked.currency
      AND created_at > now() - make_interval(days => hand_days()) AND actor_id ~ '^[0-9a-f-]{36}$') g
    LEFT JOIN app_user u ON u.id = g.by_id
$$;

CREATE OR REPLACE FUNCTION hand_days()
 RETURNS integer
 LANGUAGE sql
 STABLE
AS $$
  SELECT coalesce((SELECT (value #>> '{}')::int FROM setting WHERE key = 'independentAfterDays'), 30)
$$;

CREATE OR REPLACE FUNCTION hand_edge()
 RETURNS TABLE(node uuid, by_person uuid, alone boolean)
 LANGUAGE sql
 STABLE
AS $$
  SELECT coalesce(s.person_id, c.subject_id), b.person_id, c.decision <> 'confirmed'
  FROM access_change c JOIN app_user b ON b.id = c.proposed_by_id LEFT JOIN app_user s ON s.id = c.subject_id
  WHERE c.decision IN ('at_once', 'confirmed', 'elapsed') AND c.decided_at > now() - make_interval(days => hand_days())
$$;

CREATE OR REPLACE FUNCTION one_hand(start uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  WITH RECURSIVE edge AS MATERIALIZED (SELECT node, by_person FROM hand_edge()),
  up (node) AS (SELECT start UNION SELECT edge.by_person FROM up JOIN edge ON edge.node = up.node),
  down (node) AS (SELECT node FROM up UNION SELECT edge.node FROM down JOIN edge ON edge.by_person = down.node)
  SELECT node FROM down WHERE node IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION other_admin(person uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $$
  SELECT EXISTS (
    SELECT 1 FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND (password_hash IS NOT NULL OR totp_secret IS NOT NULL)
      AND person_id NOT IN (SELECT one_hand(person)))
$$;

CREATE OR REPLACE FUNCTION payout_askers(payout_id uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  WITH RECURSIVE chain AS (
    SELECT id, replaces_id, requested_by_id, api_key_id FROM payout WHERE id = payout_id
    UNION ALL
    SELECT p.id, p.replaces_id, p.requested_by_id, p.api_key_id FROM payout p JOIN chain ON p.id = chain.replaces_id
  )
  SELECT requested_by_id FROM chain WHERE requested_by_id IS NOT NULL
  UNION
  SELECT k.owner_id FROM chain JOIN api_key k ON k.id = chain.api_key_id WHERE k.owner_id IS NOT NULL
$$;

CREATE TRIGGER access_change_guard BEFORE INSERT OR UPDATE ON access_change
  FOR EACH ROW
  EXECUTE FUNCTION access_change_guard();

CREATE TRIGGER access_change_never_deleted BEFORE DELETE ON access_change
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER access_change_no_truncate BEFORE TRUNCATE ON access_change
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER app_user_only_sealed BEFORE INSERT ON app_user
  FOR EACH ROW
  WHEN (new.totp_secret IS NOT NULL AND NOT starts_with(new.totp_secret, 'v1.'::text))
  EXECUTE FUNCTION only_sealed();

CREATE TRIGGER app_user_stays_sealed BEFORE UPDATE OF totp_secret ON app_user
  FOR EACH ROW
  WHEN (new.totp_secret IS DISTINCT FROM old.totp_secret AND new.totp_secret IS NOT NULL AND NOT starts_with(new.totp_secret, 'v1.'::text))
  EXECUTE FUNCTION only_sealed();
