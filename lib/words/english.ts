/** All English words, one file per area. */
import { access } from './en/access.ts'
import { account } from './en/account.ts'
import { approve } from './en/approve.ts'
import { audit } from './en/audit.ts'
import { balance } from './en/balance.ts'
import { balances } from './en/balances.ts'
import { batches } from './en/batches.ts'
import { callbacks } from './en/callbacks.ts'
import { atCardzo } from './en/at-cardzo.ts'
import { cockpit } from './en/cockpit.ts'
import { codes } from './en/codes.ts'
import { common } from './en/common.ts'
import { crash } from './en/crash.ts'
import { csv } from './en/csv.ts'
import { decision } from './en/decision.ts'
import { demo } from './en/demo.ts'
import { desk } from './en/desk.ts'
import { destinations } from './en/destinations.ts'
import { developers } from './en/developers.ts'
import { errors } from './en/errors.ts'
import { factor } from './en/factor.ts'
import { fields } from './en/fields.ts'
import { firstRun } from './en/first-run.ts'
import { grantFile } from './en/grant-file.ts'
import { history } from './en/history.ts'
import { home } from './en/home.ts'
import { invite } from './en/invite.ts'
import { itemKinds } from './en/item-kinds.ts'
import { items } from './en/items.ts'
import { keyboard } from './en/keyboard.ts'
import { keys } from './en/keys.ts'
import { mail } from './en/mail.ts'
import { moving } from './en/moving.ts'
import { newAccounts } from './en/new-accounts.ts'
import { newPayout } from './en/new-payout.ts'
import { pay } from './en/pay.ts'
import { payout } from './en/payout.ts'
import { payouts } from './en/payouts.ts'
import { policy } from './en/policy.ts'
import { receipt } from './en/receipt.ts'
import { receivers } from './en/receivers.ts'
import { settings } from './en/settings.ts'
import { refusals } from './en/refusals.ts'
import { rejectReasons } from './en/reject-reasons.ts'
import { reports } from './en/reports.ts'
import { risk } from './en/risk.ts'
import { signIn } from './en/sign-in.ts'
import { site } from './en/site.ts'
import { standby } from './en/standby.ts'
import { status } from './en/status.ts'
import { stop } from './en/stop.ts'
import { timeline } from './en/timeline.ts'
import { unknown } from './en/unknown.ts'
import { users } from './en/users.ts'
import { webhooks } from './en/webhooks.ts'
import { withdraw } from './en/withdraw.ts'
import { withdrawals } from './en/withdrawals.ts'

export const english = {
  access,
  account,
  approve,
  audit,
  balance,
  balances,
  batches,
  callbacks,
  atCardzo,
  cockpit,
  codes,
  common,
  crash,
  csv,
  decision,
  demo,
  desk,
  destinations,
  developers,
  errors,
  factor,
  fields,
  firstRun,
  grantFile,
  history,
  home,
  invite,
  itemKinds,
  items,
  keyboard,
  keys,
  mail,
  moving,
  newAccounts,
  newPayout,
  pay,
  payout,
  payouts,
  policy,
  receipt,
  receivers,
  settings,
  refusals,
  rejectReasons,
  reports,
  risk,
  signIn,
  site,
  standby,
  status,
  stop,
  timeline,
  unknown,
  users,
  webhooks,
  withdraw,
  withdrawals,
} as const
