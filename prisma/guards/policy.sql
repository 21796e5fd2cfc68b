-- policy: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE brand ADD CONSTRAINT brand_one_row CHECK (id = 1);

ALTER TABLE brand_logo ADD CONSTRAINT brand_logo_named_by_bytes CHECK (hash = encode(sha256(bytes), 'hex'::text));

ALTER TABLE brand_logo ADD CONSTRAINT brand_logo_small CHECK (octet_length(bytes) >= 1 AND octet_length(bytes) <= 204800);

ALTER TABLE brand_logo ADD CONSTRAINT brand_logo_type CHECK (type = ANY (ARRAY['image/png'::text, 'image/webp'::text]));

ALTER TABLE error_code ADD CONSTRAINT error_code_short CHECK (length(code) >= 1 AND length(code) <= 100);

CREATE OR REPLACE FUNCTION brand_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('brand_changed', '');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION error_codes_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('error_codes_changed', '');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION policy_version_active()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM policy_version WHERE active_key = 'active') THEN
    RAISE EXCEPTION 'a version of the policy must be in force' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION policy_version_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.decision IS NOT NULL OR NEW.active_key IS NOT NULL)
       AND EXISTS (SELECT 1 FROM app_user WHERE role = 'admin' AND disabled_at IS NULL) THEN
      RAISE EXCEPTION 'a policy is changed by two different people' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.body <> OLD.body OR NEW.version <> OLD.version OR NEW.reason <> OLD.reason
     OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id OR NEW.proposed_by_name <> OLD.proposed_by_name
     OR NEW.proposed_at <> OLD.proposed_at
     OR (OLD.decision IS NOT NULL AND (NEW.decision, NEW.decided_by_id, NEW.decided_by_name, NEW.decided_at, NEW.open_key)
           IS DISTINCT FROM (OLD.decision, OLD.decided_by_id, OLD.decided_by_name, OLD.decided_at, OLD.open_key)) THEN
    RAISE EXCEPTION 'a version of the policy is decided once and stays as it was proposed' USING ERRCODE = 'restrict_violation';
  END IF;
  -- Only what is confirmed now comes into force; an earlier version must be proposed again.
  IF NEW.active_key IS NOT NULL AND OLD.active_key IS NULL AND (OLD.decision IS NOT NULL OR NEW.decision IS DISTINCT FROM 'confirmed') THEN
    RAISE EXCEPTION 'only a policy that is confirmed now comes into force' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'confirmed' AND OLD.decision IS NULL AND NOT EXISTS (
       SELECT 1 FROM app_user b WHERE b.id = NEW.decided_by_id AND b.role = 'admin' AND b.disabled_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM app_user a WHERE a.id = NEW.proposed_by_id AND a.person_id = b.person_id)) THEN
    RAISE EXCEPTION 'a policy is changed by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION policy_version_one_hand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM app_user a, app_user b WHERE a.id = NEW.proposed_by_id AND b.id = NEW.decided_by_id
             AND b.person_id IN (SELECT one_hand(a.person_id))) THEN
    RAISE EXCEPTION 'a policy is changed by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION setting_since()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := CASE WHEN TG_OP = 'UPDATE' AND NEW.value = OLD.value THEN OLD.updated_at ELSE clock_timestamp() END;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION settings_change_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
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

CREATE TRIGGER brand_changed AFTER INSERT OR DELETE OR UPDATE ON brand
  FOR EACH STATEMENT
  EXECUTE FUNCTION brand_changed();

CREATE TRIGGER error_codes_changed AFTER INSERT OR DELETE OR UPDATE ON error_code
  FOR EACH STATEMENT
  EXECUTE FUNCTION error_codes_changed();

CREATE CONSTRAINT TRIGGER policy_version_active AFTER UPDATE OF active_key ON policy_version DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN (old.active_key IS NOT NULL AND new.active_key IS NULL)
  EXECUTE FUNCTION policy_version_active();

CREATE TRIGGER policy_version_guard BEFORE INSERT OR UPDATE ON policy_version
  FOR EACH ROW
  EXECUTE FUNCTION policy_version_guard();

CREATE TRIGGER policy_version_never_deleted BEFORE DELETE ON policy_version
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER policy_version_no_truncate BEFORE TRUNCATE ON policy_version
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER policy_version_one_hand BEFORE UPDATE OF decision ON policy_version
  FOR EACH ROW
  WHEN (new.decision = 'confirmed'::text AND old.decision IS NULL)
  EXECUTE FUNCTION policy_version_one_hand();

CREATE TRIGGER setting_since BEFORE INSERT OR UPDATE OF value ON setting
  FOR EACH ROW
  EXECUTE FUNCTION setting_since();

CREATE TRIGGER settings_change_guard BEFORE INSERT OR UPDATE ON settings_change
  FOR EACH ROW
  EXECUTE FUNCTION settings_change_guard();

CREATE TRIGGER settings_change_never_deleted BEFORE DELETE ON settings_change
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER settings_change_no_truncate BEFORE TRUNCATE ON settings_change
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();
