/* oxlint-disable max-lines -- one list of every table and column, to be read beside the schema. */
/**
 * What an export holds, table by table, and what it leaves out with the reason. A test fails while a table or column of the schema is in
 * neither, so nothing is exported, or forgotten, by accident. docs/moving.md is made from this and from prisma/schema.prisma.
 */

export type ExportedTable = {
  table: string
  /** What a line is. */
  is: string
  /** In this order. */
  columns: readonly string[]
  /** The order of lines, by an index. */
  order: string
  /** Columns that stay behind, and why. */
  without?: Readonly<Record<string, string>>
  /** Which lines are about one receiver, whose id is put in the place of `?`. Absent: none. */
  of?: string
  /** Columns that an export of one receiver lacks, because they may name others. */
  notOfOne?: readonly string[]
  /** Account fields, opened or masked: the sealed column, and what its seal is bound to. */
  fields?: { sealed: string; place: 'payout' | 'destination' }
  /** The text that the row's hash is over, from which it can be verified elsewhere. */
  hashed?: 'payout_event' | 'audit_event'
}

const words = (text: string) => text.trim().split(/\s+/)
const secret = 'a secret'
const keyed = 'a keyed hash, of use to this installation alone'
const atWork = 'what a worker has in hand'
const ofPayout = 'payout_id IN (SELECT id FROM payout WHERE receiver_id = ?)'

export const exportedTables: readonly ExportedTable[] = [
  {
    table: 'receiver',
    is: 'a person who gets money',
    columns: words('id external_id email first_name last_name locale created_at erase_asked_at erased_at'),
    order: 'id',
    without: { erased_seq: atWork },
    of: 'id = ?',
  },
  {
    table: 'receiver_change',
    is: 'a change of a receiver’s data by staff',
    columns: words('id receiver_id changed_by_id email_changed changed_at'),
    order: 'id',
    of: 'receiver_id = ?',
  },
  {
    table: 'destination',
    is: 'a saved bank account of a receiver',
    columns: words(
      'id receiver_id label last4 is_default created_by_id created_by_name created_at usable_from released_by_id released_by_name released_at release_reason frozen_at removed_at api_key_id import_id',
    ),
    order: 'id',
    without: { sealed: 'it is in `fields`', print: keyed },
    of: 'receiver_id = ?',
    fields: { sealed: 'sealed', place: 'destination' },
  },
  {
    table: 'payout',
    is: 'a payout as it is now',
    columns: words(
      'id seq version status amount_minor currency description metadata receiver_id destination_id content_hash account_last4 ip_address source judged_source requested_by_id api_key_id idempotency_key endpoint_id client_order_id order_id gateway_status gateway_stage gateway_amount gateway_currency validated_at pay_claimed_at approved_by_id approved_at policy_note policy_version approvals_required risk reserves pay_at send_after cooling_off_until expires_at failure_message gateway_code gateway_message link_revoked_at returned_at stage_since created_at updated_at final_at settled_by replaces_id',
    ),
    order: 'id',
    without: {
      destination_sealed: 'it is in `fields`',
      destination: 'empty since accounts are sealed',
      destination_print: keyed,
      request_hash: keyed,
      redirect_url: 'it lets anybody act for the receiver at the bank',
      status_token_hash: secret,
      return_token_hash: secret,
    },
    of: 'receiver_id = ?',
    notOfOne: ['risk', 'policy_note'],
    fields: { sealed: 'destination_sealed', place: 'payout' },
  },
  {
    table: 'payout_event',
    is: 'one line of a payout’s timeline, in a chain of hashes',
    columns: words(
      'id payout_id at kind move from_status to_status version actor_kind actor_id actor_name data hash prev_hash',
    ),
    order: 'payout_id, id',
    of: ofPayout,
    // Without them nothing proves the hash, so it stays behind too.
    notOfOne: ['actor_id', 'actor_name', 'data', 'hash', 'prev_hash'],
    hashed: 'payout_event',
  },
  {
    table: 'payout_archived',
    is: 'what is kept of a payout’s events that are in archive files',
    columns: words(
      'payout_id first_event_id last_event_id last_hash events status asked asked_minor asked_currency reserves claims unsent',
    ),
    order: 'payout_id',
    of: ofPayout,
  },
  {
    table: 'history_archive',
    is: 'a month of the history that is in archive files',
    columns: words(
      'month from_event_id last_event_id events first_hash last_hash previous_root root manifest_sha256 archived_at dropping_at dropped_at',
    ),
    order: 'month',
  },
  {
    table: 'payout_note',
    is: 'what staff wrote about a payout',
    columns: words('id payout_id text to_receiver author_id author_name written_at changed_at'),
    order: 'id',
    of: ofPayout,
  },
  {
    table: 'approval',
    is: 'one person’s yes to one payout',
    columns: words(
      'id payout_id content_hash order_id payout_seq approver_id approver_name person_id amount_minor currency note at voided_at void_reason',
    ),
    order: 'id',
    without: { open_key: 'repeats other fields' },
    of: ofPayout,
  },
  {
    table: 'auto_approval',
    is: 'a payout that the policy approved without people',
    columns: words('payout_id currency api_key_id amount_minor at'),
    order: 'payout_id',
    of: ofPayout,
  },
  {
    table: 'settlement',
    is: 'two people’s end of an unknown outcome',
    columns: words(
      'id payout_id outcome reason evidence version proposed_by_id proposed_by_name proposed_at decided_by_id decided_by_name decided_at decision',
    ),
    order: 'id',
    without: { open_key: 'repeats other fields' },
    of: ofPayout,
  },
  {
    table: 'gateway_change',
    is: 'what Cardzo said of a payout after its end',
    columns: words('id payout_id seen_at status gateway_status gateway_stage amount currency'),
    order: 'id',
    of: ofPayout,
  },
  {
    table: 'callback',
    is: 'a message of Cardzo’s',
    columns: words(
      'id about status type order_id client_order_id params deliveries received_at last_received_at payout_id compared_at raised_at disagreed',
    ),
    order: 'id',
    without: { digest: 'repeats other fields', signed: 'repeats other fields' },
    of: ofPayout,
  },
  {
    table: 'imported_payout',
    is: 'a payout of a former system',
    columns: words(
      'id import_id source reference receiver_id currency amount_minor status ended_at account_last4 order_id note',
    ),
    order: 'id',
    of: 'receiver_id = ?',
  },
  {
    table: 'import',
    is: 'an import, and who agreed to it',
    columns: words(
      'id seq kind name source at_once rows wrong known parts sums proposed_by_id proposed_by_name proposed_at decision decided_by_id decided_by_name decided_at done made left_out ended_at',
    ),
    order: 'id',
  },
  {
    table: 'grant_row',
    is: 'money that a receiver may withdraw',
    columns: words(
      'id receiver_id currency amount_minor reference idempotency_key source actor_kind actor_id actor_name created_at payable_from',
    ),
    order: 'id',
    of: 'receiver_id = ?',
  },
  {
    table: 'ledger_transfer',
    is: 'one move between two of a receiver’s accounts',
    columns: words('id at receiver_id currency amount_minor debit credit kind payout_id grant_id actor_name'),
    order: 'id',
    of: 'receiver_id = ?',
  },
  {
    table: 'balance',
    is: 'what the transfers of a receiver add up to in one currency',
    columns: words('receiver_id currency granted_minor available_minor reserved_minor paid_minor'),
    order: 'receiver_id, currency',
    of: 'receiver_id = ?',
  },
  {
    table: 'batch',
    is: 'payouts that were asked for at once',
    columns: words(
      'id seq name format made_by_id api_key_id made_by_name made_at rows wrong known repeats new_receivers sums submitted_at done ended_at cancelled_at cancelled_by_id cancelled_by_key_id cancelled_by_name cancel_ended_at',
    ),
    order: 'id',
    without: { file_hash: keyed, lease_until: atWork, attempts: atWork, stumbles: atWork },
  },
  {
    table: 'batch_row',
    is: 'one row of a batch, and what became of it',
    columns: words(
      'batch_id line key receiver amount_minor currency problems repeats is_new payout_id refused',
    ),
    order: 'batch_id, line',
    without: { sealed: 'what a row asks for is in its payout', tries: atWork, try_at: atWork },
    of: ofPayout,
  },
  {
    table: 'batch_decision',
    is: 'what a person decided on a batch as they saw it',
    columns: words(
      'id seq batch_id kind reason by_id by_name count sums made_at decided_at stopped_at ended_at',
    ),
    order: 'id',
    without: { set_hash: keyed, proof: keyed, lease_until: atWork, attempts: atWork, stumbles: atWork },
  },
  {
    table: 'batch_decision_row',
    is: 'a payout of such a decision, and what became of it',
    columns: words('decision_id line payout_id risk_level outcome why'),
    order: 'decision_id, line',
    without: { content_hash: keyed, risk_seen: 'what the risk check found is in the payout’s events' },
    of: ofPayout,
  },
  {
    table: 'app_user',
    is: 'a person’s account',
    columns: words(
      'id email name role person_id contact_changed_at locale mail_pace quiet_from quiet_until mail_zone receiver_id created_at disabled_at',
    ),
    order: 'id',
    without: { password_hash: secret, totp_secret: secret, totp_last_step: secret, phrase: secret },
    of: 'receiver_id = ?',
  },
  {
    table: 'access_change',
    is: 'a change of who may do what, and who agreed to it',
    columns: words(
      'id kind subject_id proposed_by_id proposed_by_name proposed_at due_at decision decided_by_id decided_by_name decided_at',
    ),
    order: 'id',
    without: {
      what: 'may hold the sealed address of a webhook; the audit trail says what was changed',
      open_key: 'repeats other fields',
    },
  },
  {
    table: 'api_key',
    is: 'a key of another system',
    columns: words(
      'id name owner_id created_at revoked_at last_used_at scopes expires_at usable_from refused_at reminded_at',
    ),
    order: 'id',
    without: { key_hash: secret },
  },
  {
    table: 'api_request',
    is: 'what a request to the API named by its idempotency key',
    columns: words('act key subject at'),
    order: 'act, key',
  },
  {
    table: 'policy_version',
    is: 'a version of the policy, and who agreed to it',
    columns: words(
      'version body reason proposed_by_id proposed_by_name proposed_at decided_by_id decided_by_name decided_at decision active_key',
    ),
    order: 'version',
    without: { open_key: 'repeats other fields' },
  },
  { table: 'setting', is: 'a setting', columns: words('key value updated_at'), order: 'key' },
  {
    table: 'settings_change',
    is: 'a change of the settings, and who agreed to it',
    columns: words(
      'version was becomes reason proposed_by_id proposed_by_name proposed_at decided_by_id decided_by_name decided_at decision',
    ),
    order: 'version',
    without: { open_key: 'repeats other fields' },
  },
  {
    table: 'error_code',
    is: 'a code by which Cardzo ends payouts, and its words',
    columns: words('code words seen_at'),
    order: 'code',
  },
  {
    table: 'endpoint',
    is: 'an endpoint of Cardzo',
    columns: words(
      'id name source kind cardzo_id base_url login currencies fields redirect_hosts max_requests_per_s balance low_marks active version created_at updated_at',
    ),
    order: 'id',
    without: {
      key_sealed: secret,
      next_key_sealed: secret,
      control_sealed: secret,
      next_control_sealed: secret,
    },
  },
  {
    table: 'endpoint_route',
    is: 'which endpoint payouts go to',
    columns: words('position currency source endpoint_id'),
    order: 'position',
  },
  { table: 'brand', is: 'how the merchant presents itself', columns: words('id body'), order: 'id' },
  { table: 'brand_logo', is: 'a logo, in base64', columns: words('hash type bytes'), order: 'hash' },
  {
    table: 'webhook_target',
    is: 'where events are sent',
    columns: words(
      'id name kind address_shown events owner_id chat secret_since previous_until created_at failing_since disabled_at disabled_why removed_at',
    ),
    order: 'id',
    without: { address_sealed: secret, secret_sealed: secret, previous_sealed: secret },
  },
  {
    table: 'webhook_event',
    is: 'an event that other systems hear of',
    columns: words('id at type payout_id version subject_id owner_id data'),
    order: 'id',
    of: ofPayout,
  },
  {
    table: 'webhook_delivery',
    is: 'an event on its way to a target',
    columns: words(
      'target_id event_id due_at attempts tries attempted_at delivered_at status duration_ms answer error',
    ),
    order: 'target_id, event_id',
  },
  {
    table: 'open_item',
    is: 'what a person must look at, or had to',
    columns: words(
      'id kind severity payout_id what why data opened_at last_seen_at seen closed_at closed_by_id close_reason owner_id owner_name owned_at owned_until escalated_at',
    ),
    order: 'id',
    without: { open_key: 'repeats other fields', said: 'repeats other fields' },
    of: ofPayout,
  },
  {
    table: 'mail',
    is: 'a mail: to whom, about what, when',
    columns: words(
      'id recipient subject locale held_for held_until payout_id created_at sent_at attempts last_error',
    ),
    order: 'id',
    without: { text: 'may hold a link that signs in; it goes when the mail is sent', dedupe_key: atWork },
    of: 'recipient = (SELECT email FROM receiver WHERE id = ?)',
  },
  {
    table: 'desk_view',
    is: 'a view of the list that somebody keeps',
    columns: words('id owner_id owner_name name query shared saved_at'),
    order: 'id',
  },
  {
    table: 'export',
    is: 'a file of payouts that somebody asked for',
    columns: words(
      'id owner_id owner_name asked_at format locale query zone filter rows_done ended_at failure manifest bytes expires_at',
    ),
    order: 'id',
    without: { lease_until: atWork, attempts: atWork },
  },
  {
    table: 'send_stop',
    is: 'a use of the stop switch',
    columns: words(
      'id reason stopped_by_id stopped_by_name stopped_at in_flight released_by_id released_by_name released_at release_reason endpoint_id',
    ),
    order: 'id',
    without: { open_key: 'repeats other fields' },
  },
  {
    table: 'ask_first',
    is: 'a time of asking Cardzo before sending',
    columns: words('id why started_by started_at ended_by ended_at'),
    order: 'id',
    without: { open_key: 'repeats other fields' },
  },
  {
    table: 'comparison',
    is: 'a comparison of payouts with Cardzo',
    columns: words('id days started_at finished_at asked unanswered differences day'),
    order: 'id',
    without: {
      done_seq: atWork,
      done_at: atWork,
      failures: atWork,
      leased_by: atWork,
      lease_until: atWork,
    },
  },
  {
    table: 'money_check',
    is: 'the money equation as it was last computed',
    columns: words('id checked_at balanced result broken_since whole_at'),
    order: 'id',
  },
  {
    table: 'first_run',
    is: 'the checklist of a new installation',
    columns: words(
      'id test_mail_id test_mail_to mail_accepted_at mail_answer backup_by_id backup_by_name backup_at',
    ),
    order: 'id',
  },
  {
    table: 'audit_event',
    is: 'an act of a person that is not a payout’s own history',
    columns: words('id at kind actor_kind actor_id actor_name subject data hash'),
    order: 'id',
    of: `subject IN (SELECT ?::text UNION SELECT id::text FROM destination WHERE receiver_id = ? UNION SELECT id::text FROM app_user WHERE receiver_id = ?)`,
    hashed: 'audit_event',
  },
  {
    table: 'audit_seal',
    is: 'a hash over audit rows and the seal before',
    columns: words('seq last_event_id events hash made_at'),
    order: 'seq',
  },
  {
    table: 'history_anchor',
    is: 'a hash over the whole history, one a day',
    columns: words(
      'day last_event_id events hash audit_event_id audit_hash made_at archived_event_id archived_root',
    ),
    order: 'day',
  },
]

/** Tables of which nothing is exported, and why. */
export const leftBehind: Readonly<Record<string, string>> = {
  session: 'sign-ins of this installation',
  sign_in_link: 'sign-ins of this installation',
  sign_in_attempt: 'sign-ins of this installation',
  recovery_code: secret,
  invitation: 'a way in',
  endpoint_secret: secret,
  endpoint_test: 'the connection of this installation',
  merchant_balance: 'what Cardzo says can be asked again',
  merchant_balance_turn: atWork,
  merchant_balance_low: 'what Cardzo says can be asked again',
  gateway_state: 'the connection of this installation',
  gateway_gate: 'the connection of this installation',
  worker_heartbeat: 'this installation’s workers',
  rate_limit: 'counts attempts, and passes',
  refused_callback: 'the last 500 attempts of anybody',
  import_part: 'rows that are not applied yet',
  export_part: 'files that can be made again',
  payout_work: atWork,
  payout_taken: 'who looks at a payout at the moment',
  mail_digest: atWork,
  payout_search: 'can be made again from payouts',
  payout_search_mark: 'can be made again from payouts',
  payout_sum: 'can be made again from payouts',
  books_mark: 'can be made again from payouts',
  changed_sum: 'can be made again from what Cardzo said after the end',
  webhook_mark: atWork,
  webhook_news: atWork,
}
