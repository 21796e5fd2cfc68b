import type { Same } from '../same.ts'
import type { csv as english } from '../en/csv.ts'

export const csv = {
  payout: {
    id: 'номер',
    created_at_utc: 'создана_utc',
    status: 'статус',
    status_since_utc: 'в_статусе_с_utc',
    turn: 'чей_ход',
    amount: 'сумма',
    currency: 'валюта',
    receiver_external_id: 'номер_получателя',
    receiver_name: 'имя_получателя',
    receiver_email: 'почта_получателя',
    bank: 'банк',
    account_last4: 'последние_4_знака_счёта',
    risk: 'риск',
    source: 'источник',
    client_order_id: 'номер_ордера_клиента',
    order_id: 'номер_ордера',
    gateway_status: 'статус_шлюза',
    requested_by: 'кто_запросил',
    approved_by: 'кто_согласовал',
    description: 'описание',
    error_code: 'код_ошибки',
    failure_message: 'причина_сбоя',
    endpoint: 'точка_подключения',
    endpoint_name: 'название_точки',
    final_at_utc: 'завершена_utc',
  },
  policy: 'политика',
  apiKey: 'ключ API {name}',
} as const satisfies Same<typeof english>
