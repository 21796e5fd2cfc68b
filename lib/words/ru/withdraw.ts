import type { Same } from '../same.ts'
import type { withdraw as english } from '../en/withdraw.ts'

export const withdraw = {
  title: 'Вывод денег',
  lead: 'Сначала банк проверит реквизиты, затем финансовый отдел согласует платёж. Вы увидите каждый этап.',
  available: 'Доступно',
  availableNow: 'Доступно сейчас',
  noneTitle: 'Сейчас нет доступных денег',
  seeBalance: 'Посмотреть баланс',
  all: 'Вывести всё: {amount}',
  to: 'Куда отправить',
  another: 'Другой счёт',
  usableFrom: 'Доступен с <at></at>',
  review: 'Вы выводите <amount></amount> на <account></account>.',
  receivedTitle: 'Мы уже получили ваш последний запрос',
  receivedText: '<link>Откройте его</link> или <fresh>начните новый</fresh>.',
  resumedTitle: 'Мы сохранили ваш незаконченный запрос',
  resumedText:
    'Проверьте данные перед отправкой или <link>начните новый</link>. Номера счетов не сохраняются.',
} as const satisfies Same<typeof english>
