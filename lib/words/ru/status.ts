import type { Same } from '../same.ts'
import type { status as english } from '../en/status.ts'

export const status = {
  label: {
    requested: 'Запрошена',
    checking: 'Проверяется',
    awaiting_approval: 'На согласовании',
    approved: 'Согласована',
    paying: 'Отправляется',
    action_required: 'Нужно действие',
    processing: 'В обработке',
    outcome_unknown: 'Результат неизвестен',
    paid: 'Выплачена',
    declined: 'Отклонена банком',
    filtered: 'Заблокирована',
    failed: 'Не выполнена',
    rejected: 'Отказано',
    cancelled: 'Отменена',
    expired: 'Истекла',
  },
  severity: { info: 'К сведению', warning: 'Предупреждение', high: 'Важно', critical: 'Критично' },
} as const satisfies Same<typeof english>
