-- Who stopped payments does not release them alone while another admin could.
CREATE FUNCTION send_stop_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stopper uuid;
BEGIN
  SELECT person_id INTO stopper FROM app_user WHERE id = OLD.stopped_by_id;
  IF stopper IS NOT NULL AND other_admin(stopper) AND EXISTS (
       SELECT 1 FROM app_user WHERE id = NEW.released_by_id AND person_id IN (SELECT one_hand(stopper))) THEN
    RAISE EXCEPTION 'another admin must release payments' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER send_stop_two BEFORE UPDATE OF released_at ON "send_stop" FOR EACH ROW
  WHEN (NEW.released_at IS NOT NULL AND OLD.released_at IS NULL) EXECUTE FUNCTION send_stop_two();
