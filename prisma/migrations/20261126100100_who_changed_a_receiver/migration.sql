-- CreateTable
CREATE TABLE "receiver_change" (
    "id" UUID NOT NULL,
    "receiver_id" UUID NOT NULL,
    "changed_by_id" UUID,
    "email_changed" BOOLEAN NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "receiver_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "receiver_change_receiver_id_changed_at_idx" ON "receiver_change"("receiver_id", "changed_at");

-- AddForeignKey
ALTER TABLE "receiver_change" ADD CONSTRAINT "receiver_change_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Hand-written: nobody approves a payout to a receiver whose data they have lately changed.

-- What the audit trail knows of changes from before.
INSERT INTO receiver_change (id, receiver_id, changed_by_id, email_changed, changed_at)
SELECT gen_random_uuid(), r.id, u.id, e.data #>> '{from,email}' IS DISTINCT FROM e.data #>> '{to,email}', e.at
FROM audit_event e JOIN receiver r ON r.id::text = e.subject LEFT JOIN app_user u ON u.id::text = e.actor_id
WHERE e.kind = 'receiver_changed';

CREATE TRIGGER receiver_change_append_only BEFORE UPDATE OR DELETE ON "receiver_change" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER receiver_change_no_truncate BEFORE TRUNCATE ON "receiver_change" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- The persons who have lately changed what is known of this receiver.
CREATE FUNCTION changed_by(receiver uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT u.person_id FROM receiver_change c JOIN app_user u ON u.id = c.changed_by_id
  WHERE c.receiver_id = receiver AND c.changed_at > now() - make_interval(days => hand_days())
$$;

-- The persons behind a payout, and its key: as before, and whoever has lately changed its receiver.
CREATE OR REPLACE FUNCTION behind_payout(payout_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT u.person_id FROM payout p JOIN app_user u ON u.id = p.requested_by_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN app_user u ON u.receiver_id = p.receiver_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN destination d ON d.id = p.destination_id JOIN app_user u ON u.id = d.created_by_id
    WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN api_key k ON k.id = p.api_key_id JOIN app_user u ON u.id = k.owner_id WHERE p.id = payout_id
  UNION SELECT granted_by(p) FROM payout p WHERE p.id = payout_id AND p.reserves
  UNION SELECT p.api_key_id FROM payout p WHERE p.id = payout_id AND p.api_key_id IS NOT NULL
  UNION SELECT asked_before(payout_id) FROM payout p WHERE p.id = payout_id AND p.replaces_id IS NOT NULL
  UNION SELECT changed_by(p.receiver_id) FROM payout p WHERE p.id = payout_id
$$;
