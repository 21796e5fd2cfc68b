import type { Same } from '../same.ts'
import type { stop as english } from '../en/stop.ts'

export const stop = {
  title: 'Аварийная остановка',
  all: 'Все выплаты',
  lead: 'Приостанавливает все выплаты, которые ещё не отправлены. За отправленными мы продолжаем следить.',
  paused: 'Выплаты приостановлены',
  running: 'Выплаты отправляются',
  adminResumes: 'Возобновить выплаты может администратор.',
  adminPauses: 'Приостановить выплаты может администратор.',
  past: 'Прошлые остановки',
  none: 'Остановок ещё не было',
  pausedBy: 'Кто остановил: <name></name>, <time></time>. Причина: <reason></reason>',
  resumedBy: 'Кто возобновил: <name></name>, <time></time>. Причина: <reason></reason>',
  form: {
    reason: 'Причина остановки',
    reasonHint: 'Её увидят все сотрудники.',
    pause: 'Приостановить выплаты',
    notPaused: 'Выплаты не приостановлены',
    resumeReason: 'Причина возобновления',
    resumeHint: 'Её увидят все сотрудники. Ожидающие выплаты уйдут одна за другой, по пять в секунду.',
    anotherAdmin:
      'Если есть другой администратор, возобновить выплаты должен он, а не тот, кто их остановил.',
    resume: 'Возобновить выплаты',
    notResumed: 'Выплаты не возобновлены',
  },
} as const satisfies Same<typeof english>
