import type { Same } from '../same.ts'
import type { crash as english } from '../en/crash.ts'

export const crash = {
  home: 'На главную',
  failed: {
    title: 'Что-то пошло не так',
    text: 'Данные не потеряны. Попробуйте ещё раз через минуту.',
    again: 'Попробовать ещё раз',
    number: 'Если ошибка повторяется, свяжитесь с нами и назовите этот номер: <digest></digest>',
  },
  updated: {
    title: 'Мы обновили эту страницу',
    text: 'Ничего не отправлено и не изменено. Перезагрузите страницу и отправьте форму снова.',
    kept: 'Введённые данные сохранены, кроме паролей и кодов.',
    reload: 'Перезагрузить страницу',
  },
} as const satisfies Same<typeof english>
