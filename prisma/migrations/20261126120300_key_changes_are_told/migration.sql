-- Web servers keep the API keys they have seen in memory. They are told when a key changes, or its owner leaves or comes back.
-- Locks: each CREATE TRIGGER holds off writers of its table (SHARE ROW EXCLUSIVE on api_key and app_user) for a moment.
CREATE FUNCTION api_keys_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('api_keys_changed', '');
  RETURN NULL;
END $$;

CREATE TRIGGER api_key_made_or_deleted AFTER INSERT OR DELETE ON "api_key" FOR EACH ROW EXECUTE FUNCTION api_keys_changed();

-- Not for notes about its use: those are written every minute.
CREATE TRIGGER api_key_changed AFTER UPDATE ON "api_key" FOR EACH ROW
  WHEN ((NEW.key_hash, NEW.name, NEW.owner_id, NEW.revoked_at, NEW.scopes, NEW.expires_at, NEW.usable_from)
        IS DISTINCT FROM (OLD.key_hash, OLD.name, OLD.owner_id, OLD.revoked_at, OLD.scopes, OLD.expires_at, OLD.usable_from))
  EXECUTE FUNCTION api_keys_changed();

CREATE TRIGGER app_user_disabled AFTER UPDATE OF disabled_at ON "app_user" FOR EACH ROW
  WHEN (NEW.disabled_at IS DISTINCT FROM OLD.disabled_at) EXECUTE FUNCTION api_keys_changed();
