-- Takes no lock on tables. A payout and a callback that names its client_orderid wait for each other: whichever comes second sees the
-- first. A function, because its second query sees what was committed during the wait.
CREATE FUNCTION callback_came_first(client_order_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('callback client ' || client_order_id, 0));
  RETURN EXISTS (SELECT FROM callback c WHERE c.payout_id IS NULL AND c.client_order_id = $1);
END $$;

-- The same for a payout that gets its order id and a callback that names it (judgeCallbacksByOrder in lib/db/order/callback-store.ts).
CREATE FUNCTION order_is_plain(payout uuid, client_order_id text, order_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('callback order ' || order_id, 0));
  IF EXISTS (SELECT FROM callback c WHERE c.order_id = $3 AND c.client_order_id <> $2 AND (c.payout_id IS NULL OR c.about <> 'other_order'))
     OR EXISTS (SELECT FROM callback c WHERE c.payout_id = $1 AND c.order_id <> $3 AND c.about <> 'other_order') THEN
    RAISE EXCEPTION 'callbacks must be judged by order %', order_id USING ERRCODE = 'PS004';
  END IF;
  RETURN true;
END $$;
