-- Guards of payout that ran with every update run only when something that they guard changes. What they refuse stays the same: each
-- condition holds whenever its function would refuse. Locks payout against writers for a moment.
DROP TRIGGER payout_asked_for_stays ON "payout";
CREATE TRIGGER payout_asked_for_stays BEFORE UPDATE ON "payout" FOR EACH ROW
  WHEN ((NEW.id, NEW.seq, NEW.source, NEW.created_at, NEW.metadata, NEW.judged_source, NEW.description, NEW.account_last4, NEW.ip_address,
         NEW.api_key_id, NEW.replaces_id)
      IS DISTINCT FROM
        (OLD.id, OLD.seq, OLD.source, OLD.created_at, OLD.metadata, OLD.judged_source, OLD.description, OLD.account_last4, OLD.ip_address,
         OLD.api_key_id, OLD.replaces_id)
    OR (OLD.policy_note IS NOT NULL AND NEW.policy_note IS DISTINCT FROM OLD.policy_note)
    OR NEW.version < OLD.version)
  EXECUTE FUNCTION payout_asked_for_stays();

DROP TRIGGER payout_guard ON "payout";
CREATE TRIGGER payout_guard BEFORE UPDATE ON "payout" FOR EACH ROW
  WHEN ((NEW.amount_minor, NEW.currency, NEW.receiver_id, NEW.destination, NEW.destination_sealed, NEW.destination_id, NEW.client_order_id,
         NEW.idempotency_key, NEW.request_hash, NEW.content_hash, NEW.reserves, NEW.requested_by_id, NEW.policy_version)
      IS DISTINCT FROM
        (OLD.amount_minor, OLD.currency, OLD.receiver_id, OLD.destination, OLD.destination_sealed, OLD.destination_id, OLD.client_order_id,
         OLD.idempotency_key, OLD.request_hash, OLD.content_hash, OLD.reserves, OLD.requested_by_id, OLD.policy_version)
    OR (OLD.approvals_required IS NOT NULL AND NEW.approvals_required IS DISTINCT FROM OLD.approvals_required)
    OR (OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id)
    OR (OLD.final_at IS NOT NULL AND (NEW.status, NEW.final_at) IS DISTINCT FROM (OLD.status, OLD.final_at)))
  EXECUTE FUNCTION payout_guard();

-- The books are looked at when a payout begins and when it ends. In between nothing can take its reserve away: transfers are only added
-- to, and whether a payout reserves never changes.
DROP TRIGGER payout_books ON "payout";
CREATE CONSTRAINT TRIGGER payout_books AFTER INSERT ON "payout" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.reserves)
  EXECUTE FUNCTION payout_books();
CREATE CONSTRAINT TRIGGER payout_books_end AFTER UPDATE OF final_at, status ON "payout" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.reserves AND NEW.final_at IS NOT NULL)
  EXECUTE FUNCTION payout_books();
