-- key: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE OR REPLACE FUNCTION api_keys_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('api_keys_changed', '');
  RETURN NULL;
END $$;

CREATE TRIGGER api_key_changed AFTER UPDATE ON api_key
  FOR EACH ROW
  WHEN (new.key_hash IS DISTINCT FROM old.key_hash OR new.name IS DISTINCT FROM old.name OR new.owner_id IS DISTINCT FROM old.owner_id OR new.revoked_at IS DISTINCT FROM old.revoked_at OR new.scopes IS DISTINCT FROM old.scopes OR new.expires_at IS DISTINCT FROM old.expires_at OR new.usable_from IS DISTINCT FROM old.usable_from)
  EXECUTE FUNCTION api_keys_changed();

CREATE TRIGGER api_key_made_or_deleted AFTER INSERT OR DELETE ON api_key
  FOR EACH ROW
  EXECUTE FUNCTION api_keys_changed();

CREATE TRIGGER api_request_append_only BEFORE DELETE OR UPDATE ON api_request
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER api_request_no_truncate BEFORE TRUNCATE ON api_request
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER app_user_disabled AFTER UPDATE OF disabled_at ON app_user
  FOR EACH ROW
  WHEN (new.disabled_at IS DISTINCT FROM old.disabled_at)
  EXECUTE FUNCTION api_keys_changed();
