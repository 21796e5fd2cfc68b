import type { Same } from '../same.ts'
import type { balance as english } from '../en/balance.ts'

export const balance = {
  title: 'Мой баланс',
  lead: 'Сколько вам начислено и где сейчас эти деньги.',
  withdraw: 'Вывести деньги',
  emptyTitle: 'Пока ничего не начислено',
  emptyWait: 'Когда вам начислят деньги, они появятся здесь и их можно будет вывести.',
  emptyFree: 'Вы всё равно можете запросить вывод.',
  nothing: 'Пока ничего.',
  part: { granted: 'Начислено', paid: 'Выплачено', reserved: 'Зарезервировано', available: 'Доступно' },
  behind: {
    granted: 'Что вам начислено',
    paid: 'Что вам выплачено',
    reserved: 'Зарезервировано под текущие выводы',
    available: 'Движение денег',
  },
  viewStatus: 'Открыть выплату',
  takenBack: 'Начисление отозвано.',
  payableNow: 'Сейчас можно вывести {amount}.',
  later: 'Ещё {amount} — с <at></at>.',
  laterRest: 'Ещё {amount} — с <at></at>, остальное позже.',
  payableFrom: 'Можно вывести с <at></at>',
  movement: {
    grant: 'Начислено',
    grant_reversal: 'Начисление отозвано',
    reserve: 'Зарезервировано под выплату',
    release: 'Резерв снят',
    capture: 'Выплачено',
  },
  limits: {
    title: 'Лимиты',
    payout: 'До {amount} за один вывод.',
    day: 'До {amount} в день.',
    month: 'До {amount} в месяц.',
    how: 'Дни и месяцы считаются по UTC. Невыплаченные запросы в лимитах не учитываются.',
  },
} as const satisfies Same<typeof english>
