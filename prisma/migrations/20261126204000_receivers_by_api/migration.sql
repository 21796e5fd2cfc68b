-- Receivers, their destinations and retries through the API. Locks: ALTER TABLE on destination for a moment (a new column without a
-- default); the new index is built while destinations can't be written.

-- AlterTable
ALTER TABLE "destination" ADD COLUMN     "api_key_id" UUID;

-- CreateTable
CREATE TABLE "api_request" (
    "act" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_request_pkey" PRIMARY KEY ("act","key")
);

-- CreateIndex
CREATE INDEX "destination_receiver_id_created_at_id_idx" ON "destination"("receiver_id", "created_at", "id");

-- Hand-written: a name is never given to something else.
CREATE TRIGGER api_request_append_only BEFORE UPDATE OR DELETE ON "api_request"
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER api_request_no_truncate BEFORE TRUNCATE ON "api_request"
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Hand-written: what two people must agree to (lib/payouts/access.ts says the same). New are payouts:retry and receivers:write.
CREATE OR REPLACE FUNCTION access_needs_two(kind text, what jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE kind
    WHEN 'invite' THEN what ->> 'role' IN ('approver', 'admin')
    WHEN 'role' THEN what ->> 'role' IN ('approver', 'admin')
    WHEN 'key' THEN what -> 'scopes' ?| ARRAY['payouts:write', 'payouts:retry', 'grants:write', 'receivers:write']
    WHEN 'link' THEN false
    ELSE true
  END
$$;

-- Hand-written: who made the key that saved a destination is behind a payout to it, like who saved it in person.
CREATE OR REPLACE FUNCTION behind_payout(payout_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT u.person_id FROM payout p JOIN app_user u ON u.id = p.requested_by_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN app_user u ON u.receiver_id = p.receiver_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN destination d ON d.id = p.destination_id JOIN app_user u ON u.id = d.created_by_id
    WHERE p.id = payout_id
  UNION SELECT d.api_key_id FROM payout p JOIN destination d ON d.id = p.destination_id
    WHERE p.id = payout_id AND d.api_key_id IS NOT NULL
  UNION SELECT u.person_id FROM payout p JOIN api_key k ON k.id = p.api_key_id JOIN app_user u ON u.id = k.owner_id WHERE p.id = payout_id
  UNION SELECT granted_by(p) FROM payout p WHERE p.id = payout_id AND p.reserves
  UNION SELECT p.api_key_id FROM payout p WHERE p.id = payout_id AND p.api_key_id IS NOT NULL
  UNION SELECT asked_before(payout_id) FROM payout p WHERE p.id = payout_id AND p.replaces_id IS NOT NULL
  UNION SELECT changed_by(p.receiver_id) FROM payout p WHERE p.id = payout_id
$$;
