import type { account as english } from '../en/account.ts'
import type { Same } from '../same.ts'

export const account = {
  zone: {
    title: 'Часовой пояс',
    label: 'Показывать время',
    hint: 'Действует в этом браузере.',
    own: 'По часовому поясу браузера',
    save: 'Сохранить часовой пояс',
    done: 'Часовой пояс сохранён.',
  },
} as const satisfies Same<typeof english>
