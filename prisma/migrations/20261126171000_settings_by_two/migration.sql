-- Admins change the settings as they change the policy: one proposes, another one confirms.
-- Locks: none on tables that exist already.

-- CreateTable
CREATE TABLE "settings_change" (
    "version" SERIAL NOT NULL,
    "was" JSONB NOT NULL,
    "becomes" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "proposed_by_id" UUID,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by_id" UUID,
    "decided_by_name" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "open_key" TEXT,

    CONSTRAINT "settings_change_pkey" PRIMARY KEY ("version")
);

-- CreateIndex
CREATE UNIQUE INDEX "settings_change_open_key_key" ON "settings_change"("open_key");

-- The same as policy_version_guard and policy_version_one_hand, for a table without a version in force: it is the settings themselves.
CREATE FUNCTION settings_change_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decision IS NOT NULL OR NEW.open_key IS DISTINCT FROM 'proposal' THEN
      RAISE EXCEPTION 'settings are changed by two different people' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.version, NEW.was, NEW.becomes, NEW.reason, NEW.proposed_by_id, NEW.proposed_by_name, NEW.proposed_at)
       IS DISTINCT FROM (OLD.version, OLD.was, OLD.becomes, OLD.reason, OLD.proposed_by_id, OLD.proposed_by_name, OLD.proposed_at)
     OR OLD.decision IS NOT NULL THEN
    RAISE EXCEPTION 'a change of the settings is decided once and stays as it was proposed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'confirmed' AND NOT EXISTS (
       SELECT 1 FROM app_user b WHERE b.id = NEW.decided_by_id AND b.role = 'admin' AND b.disabled_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM app_user a WHERE a.id = NEW.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id)))) THEN
    RAISE EXCEPTION 'settings are changed by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER settings_change_guard BEFORE INSERT OR UPDATE ON "settings_change"
  FOR EACH ROW EXECUTE FUNCTION settings_change_guard();
CREATE TRIGGER settings_change_never_deleted BEFORE DELETE ON "settings_change"
  FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER settings_change_no_truncate BEFORE TRUNCATE ON "settings_change"
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
