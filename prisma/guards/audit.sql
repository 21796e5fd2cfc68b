-- audit: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE OR REPLACE FUNCTION audit_event_hash()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_current_xact_id();
  NEW.id := nextval(pg_get_serial_sequence('audit_event', 'id'));
  NEW.hash := encode(sha256(convert_to(audit_event_material(NEW), 'UTF8')), 'hex');
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION audit_event_material(e audit_event)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $$
  SELECT jsonb_build_array(
    e.id, extract(epoch FROM e.at), e.kind, e.actor_kind, e.actor_id, e.actor_name, e.subject, e.data
  )::text
$$;

CREATE TRIGGER audit_event_append_only BEFORE DELETE OR UPDATE ON audit_event
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER audit_event_hash BEFORE INSERT ON audit_event
  FOR EACH ROW
  EXECUTE FUNCTION audit_event_hash();

CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER audit_seal_append_only BEFORE DELETE OR UPDATE ON audit_seal
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();
