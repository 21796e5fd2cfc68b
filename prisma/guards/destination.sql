-- destination: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE OR REPLACE FUNCTION is_erased(receiver uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $$
  SELECT EXISTS (SELECT FROM receiver r WHERE r.id = receiver AND r.erase_asked_at IS NOT NULL)
$$;

CREATE OR REPLACE FUNCTION receiver_stays_erased()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF (NEW.external_id, NEW.email, NEW.first_name, NEW.last_name, NEW.locale, NEW.erase_asked_at)
       IS DISTINCT FROM (OLD.external_id, OLD.email, OLD.first_name, OLD.last_name, OLD.locale, OLD.erase_asked_at)
     OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at) OR NEW.erased_seq < OLD.erased_seq THEN
    RAISE EXCEPTION 'receiver % is erased and stays so', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER receiver_stays_erased BEFORE UPDATE ON receiver
  FOR EACH ROW
  WHEN (old.erase_asked_at IS NOT NULL)
  EXECUTE FUNCTION receiver_stays_erased();

CREATE TRIGGER receiver_change_append_only BEFORE DELETE OR UPDATE ON receiver_change
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER receiver_change_no_truncate BEFORE TRUNCATE ON receiver_change
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();
