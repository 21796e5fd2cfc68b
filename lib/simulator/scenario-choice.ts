import { scenarioByFields, type ScenarioName } from './scenarios.ts'

/** Which scenario the coming orders get. */
export class Choices {
  default: ScenarioName = 'approve'
  next: ScenarioName | null = null
  readonly byClientOrderId = new Map<string, ScenarioName>()

  /** Decides for one order. A choice for the next order holds once. */
  pick(order: { clientOrderId: string; amount: string; accountNumber: string | undefined }): ScenarioName {
    const chosen = this.byClientOrderId.get(order.clientOrderId) ?? this.next
    if (!this.byClientOrderId.has(order.clientOrderId)) this.next = null
    return chosen ?? scenarioByFields(order.amount, order.accountNumber) ?? this.default
  }

  clear(): void {
    this.default = 'approve'
    this.next = null
    this.byClientOrderId.clear()
  }
}
