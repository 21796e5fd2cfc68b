-- One word for each thing: stop (not brake), locked out (not gateway_refuses_us), balanced (not holds).

-- Triggers fire in the order of their names. This one stays before payout_claim_fresh, which judges how fresh the status is after
-- the wait for the stop's lock.
ALTER FUNCTION payout_claim_brake() RENAME TO payout_claim_during_stop;
ALTER TRIGGER payout_claim_brake ON "payout" RENAME TO payout_claim_during_stop;

-- AlterTable
ALTER TABLE "money_check" RENAME COLUMN "holds" TO "balanced";

-- Closed items too: a kind has one name. No hash covers them.
UPDATE open_item SET kind = 'locked_out',
  open_key = regexp_replace(open_key, '^gateway_refuses_us:', 'locked_out:'),
  said = regexp_replace(said, '^gateway_refuses_us:', 'locked_out:')
WHERE kind = 'gateway_refuses_us';

-- What functions say, in plain English. Each replacement names the words it replaces; nothing else in the function changes.
CREATE FUNCTION pg_temp.reword(name text, was text, becomes text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE body text := pg_get_functiondef(name::regproc);
BEGIN
  IF strpos(body, was) = 0 THEN RAISE EXCEPTION '% does not say: %', name, was; END IF;
  EXECUTE replace(body, was, becomes);
END $$;
SELECT pg_temp.reword(name, was, becomes) FROM (VALUES
  ('never_deleted', 'rows of % are kept for ever', 'rows of % are never deleted'),
  ('approval_guard', 'nobody approves his own', 'nobody approves their own payout'),
  ('approval_guard', 'Whoever takes the right to approve away waits for this approval, and voids it then.',
    'Taking the right to approve away waits for this approval, then voids it.'),
  ('approval_one_hand', 'nobody approves his own, by whichever account', 'nobody approves their own payout, from any account'),
  ('payout_guard', 'can not be', 'cannot be'),
  ('payout_guard', 'keeps the rules it started with', 'keeps the policy it started with'),
  ('payout_asked_for_stays', 'can not be', 'cannot be'),
  ('payout_asked_for_stays', 'Without approvals that were asked for, this note alone lets it be paid.',
    'Where no approval is required, this note alone lets the payout be paid.'),
  ('payout_asked_for_stays', 'Writers name the version they saw: one that came back would let an old decision through.',
    'Writers name the version they saw. If a version came back, an old decision would pass.'),
  ('payout_asked_for_stays', 'Who overtook a lease must stay ahead.', 'A worker that has taken over a lease must stay ahead.'),
  ('payout_books', 'its money still stands aside', 'its money is still reserved'),
  ('payout_claim_allowed', 'payout % is held back', 'payout % may not be sent yet'),
  ('payout_claim_in_doubt', 'what payout % asks for again may have been paid', 'payout % retries one that may have been paid'),
  ('access_change_guard', 'its time has not come', 'this proposal is not due yet'),
  ('ledger_transfer_apply', 'Whoever takes from it waits here for his turn, so that no two take the same money.',
    'Transfers wait here for their turn, so that no two take the same money.'),
  ('ledger_transfer_apply', 'Nobody asks for what is not payable yet. A statement of its own after the wait: it must see what was granted meanwhile.',
    'Money in its holding period cannot be withdrawn. Read after the wait, to see what was granted during it.'),
  ('payout_event_chain', 'FOR UPDATE would wait for whoever holds the row by a foreign key (a callback, an item) and waits for us in turn.',
    'FOR UPDATE would wait for a writer that has the row by a foreign key (a callback, an item) and waits for us.'),
  ('policy_version_guard', 'rules are changed by two different people', 'a policy is changed by two different people'),
  ('policy_version_guard', 'a version of the rules is decided', 'a version of the policy is decided'),
  ('policy_version_guard', 'only rules that are confirmed now come into force', 'only a policy that is confirmed now comes into force'),
  ('policy_version_guard', 'In force is what is being confirmed now; what was in force once must be proposed again.',
    'Only what is confirmed now comes into force; an earlier version must be proposed again.'),
  ('policy_version_one_hand', 'rules are changed by two different people', 'a policy is changed by two different people'),
  ('policy_version_active', 'some version of the rules must be in force', 'a version of the policy must be in force')
) AS words (name, was, becomes);
