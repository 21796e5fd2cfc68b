-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "usable_from" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP;
-- Keys from before were usable from the first moment.
UPDATE "api_key" SET usable_from = created_at;

-- CreateTable
CREATE TABLE "access_change" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "what" JSONB NOT NULL DEFAULT '{}',
    "proposed_by_id" UUID NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "due_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "decided_by_id" UUID,
    "decided_by_name" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "open_key" TEXT,

    CONSTRAINT "access_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "access_change_open_key_key" ON "access_change"("open_key");

-- CreateIndex
CREATE INDEX "access_change_decided_at_idx" ON "access_change"("decided_at");

-- CreateIndex
CREATE INDEX "app_user_person_id_idx" ON "app_user"("person_id");

-- Hand-written: nobody gains a right, or an approver, by acting alone.

CREATE INDEX access_change_waiting ON "access_change" (due_at) WHERE decision IS NULL;

-- For so many days whoever made, invited or reset an account or a key counts as behind it.
CREATE FUNCTION hand_days() RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT (value #>> '{}')::int FROM setting WHERE key = 'independentAfterDays'), 30)
$$;

-- Who has lately made, invited or reset which account (by its person) or key. `alone`: nobody else has confirmed it.
CREATE FUNCTION hand_edge() RETURNS TABLE (node uuid, by_person uuid, alone boolean) LANGUAGE sql STABLE AS $$
  SELECT coalesce(s.person_id, c.subject_id), b.person_id, c.decision <> 'confirmed'
  FROM access_change c JOIN app_user b ON b.id = c.proposed_by_id LEFT JOIN app_user s ON s.id = c.subject_id
  WHERE c.decision IN ('at_once', 'confirmed', 'elapsed') AND c.decided_at > now() - make_interval(days => hand_days())
$$;

-- Every person and key that may be in the same hand as this one: whoever stands behind it, and all that they stand behind. Itself too.
CREATE FUNCTION one_hand(start uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  WITH RECURSIVE edge AS MATERIALIZED (SELECT node, by_person FROM hand_edge()),
  up (node) AS (SELECT start UNION SELECT edge.by_person FROM up JOIN edge ON edge.node = up.node),
  down (node) AS (SELECT node FROM up UNION SELECT edge.node FROM down JOIN edge ON edge.by_person = down.node)
  SELECT node FROM down WHERE node IS NOT NULL
$$;

-- The persons and keys that have lately granted what this payout takes.
CREATE FUNCTION granted_by(asked payout) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT coalesce(u.person_id, g.by_id) FROM (
    SELECT DISTINCT actor_id::uuid AS by_id FROM grant_row
    WHERE asked.reserves AND receiver_id = asked.receiver_id AND currency = asked.currency
      AND created_at > now() - make_interval(days => hand_days()) AND actor_id ~ '^[0-9a-f-]{36}$') g
    LEFT JOIN app_user u ON u.id = g.by_id
$$;

-- The persons behind a payout, and its key: who asked for it, entered it or its destination, granted it, owns the key, or is paid.
CREATE FUNCTION behind_payout(payout_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT u.person_id FROM payout p JOIN app_user u ON u.id = p.requested_by_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN app_user u ON u.receiver_id = p.receiver_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN destination d ON d.id = p.destination_id JOIN app_user u ON u.id = d.created_by_id
    WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN api_key k ON k.id = p.api_key_id JOIN app_user u ON u.id = k.owner_id WHERE p.id = payout_id
  UNION SELECT granted_by(p) FROM payout p WHERE p.id = payout_id AND p.reserves
  UNION SELECT p.api_key_id FROM payout p WHERE p.id = payout_id AND p.api_key_id IS NOT NULL
$$;

-- Is there an admin who can sign in and is in another hand than this person?
CREATE FUNCTION other_admin(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND (password_hash IS NOT NULL OR totp_secret IS NOT NULL)
      AND person_id NOT IN (SELECT one_hand(person)))
$$;

-- What two people must agree to (lib/payouts/access.ts says the same).
CREATE FUNCTION access_needs_two(kind text, what jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE kind
    WHEN 'invite' THEN what ->> 'role' IN ('approver', 'admin')
    WHEN 'role' THEN what ->> 'role' IN ('approver', 'admin')
    WHEN 'key' THEN what -> 'scopes' ?| ARRAY['payouts:write', 'grants:write']
    WHEN 'link' THEN false
    ELSE true
  END
$$;

CREATE FUNCTION access_change_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RAISE EXCEPTION 'its time has not come' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER access_change_guard BEFORE INSERT OR UPDATE ON "access_change" FOR EACH ROW EXECUTE FUNCTION access_change_guard();
CREATE TRIGGER access_change_never_deleted BEFORE DELETE ON "access_change" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER access_change_no_truncate BEFORE TRUNCATE ON "access_change" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Nobody approves through an account that is in the same hand as the payout, or as somebody who has approved it.
CREATE FUNCTION approval_one_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT behind_payout(NEW.payout_id) INTERSECT SELECT one_hand(NEW.person_id)) THEN
    RAISE EXCEPTION 'nobody approves his own, by whichever account' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM approval a WHERE a.payout_id = NEW.payout_id AND a.voided_at IS NULL
             AND a.person_id <> NEW.person_id AND a.person_id IN (SELECT one_hand(NEW.person_id))) THEN
    RAISE EXCEPTION 'accounts in one hand approve once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_one_hand BEFORE INSERT ON "approval" FOR EACH ROW EXECUTE FUNCTION approval_one_hand();

-- Was whoever asked, or whoever granted the money, lately let in by one person alone? Then the rules alone do not approve it.
CREATE FUNCTION asked_alone(asked payout) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM hand_edge() edge WHERE edge.alone AND edge.node IN (
      SELECT coalesce(asked.api_key_id, (SELECT person_id FROM app_user WHERE id = asked.requested_by_id))
      UNION SELECT granted_by(asked)))
$$;
CREATE FUNCTION payout_not_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF asked_alone(NEW) THEN
    RAISE EXCEPTION 'people must decide on payout %', NEW.id USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_not_alone BEFORE UPDATE OF status ON "payout" FOR EACH ROW
  WHEN (NEW.status = 'approved' AND OLD.status IS DISTINCT FROM 'approved' AND OLD.approvals_required IS NULL AND NEW.approvals_required = 0)
  EXECUTE FUNCTION payout_not_alone();

-- Two admins in one hand are not two people.
CREATE FUNCTION policy_version_one_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM app_user a, app_user b WHERE a.id = NEW.proposed_by_id AND b.id = NEW.decided_by_id
             AND b.person_id IN (SELECT one_hand(a.person_id))) THEN
    RAISE EXCEPTION 'rules are changed by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_one_hand BEFORE UPDATE OF decision ON "policy_version" FOR EACH ROW
  WHEN (NEW.decision = 'confirmed' AND OLD.decision IS NULL) EXECUTE FUNCTION policy_version_one_hand();

-- Nor do they settle an unknown outcome.
CREATE FUNCTION payout_settled_one_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM app_user a, app_user b WHERE a.id::text = NEW.settled_by -> 0 ->> 'id' AND b.id::text = NEW.settled_by -> 1 ->> 'id'
             AND b.person_id IN (SELECT one_hand(a.person_id))) THEN
    RAISE EXCEPTION 'an outcome is settled by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_settled_one_hand BEFORE UPDATE OF settled_by ON "payout" FOR EACH ROW
  WHEN (NEW.settled_by IS NOT NULL AND NEW.settled_by IS DISTINCT FROM OLD.settled_by) EXECUTE FUNCTION payout_settled_one_hand();
