/* oxlint-disable max-lines -- Made by `npm run client:types` from the description of the API; not to be changed by hand. */
export interface paths {
  '/api/v1/payouts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List payouts, newest first
     * @description No payout comes twice or is missed while new ones arrive. A key with an owner lists what came through the keys of the same owner. With `currency`, `from` or `to` a page may be short and have a next one all the same.
     */
    get: operations['listPayouts']
    put?: never
    /**
     * Ask for a payout
     * @description The same key with the same body answers the same payout again, also in parallel and years later. Which `destination` fields are required depends on the bank behind this installation; unlisted ones are refused.
     */
    post: operations['createPayout']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payouts/{id}': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the payout.
         * @example 7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01
         */
        id: string
      }
      cookie?: never
    }
    /**
     * Show a payout
     * @description Of a key with an owner: what came through a key of the same owner; anything else is not found.
     */
    get: operations['showPayout']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payouts/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the payout.
         * @example 7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01
         */
        id: string
      }
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Take a payout back
     * @description Possible until the payment is sent, also when repeated. Needs no body. What came through a key of another owner, or through none, is not found, except for a key without an owner that has the scope `payouts:cancel-any`.
     */
    post: operations['cancelPayout']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payouts/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the payout.
         * @example 7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01
         */
        id: string
      }
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Retry a payout that ended unpaid
     * @description Makes a new payout with the same content, once: later calls give the same new payout. Only for `declined`, `failed`, `rejected`, `cancelled` and `expired`, and only while nothing says that money may have moved; after a payment was sent, only once Cardzo has said again that nothing came of it (`status_not_fresh`: we ask; try again in a few seconds). The new payout is never approved automatically. Needs no body. What came through a key of another owner, or through none, is not found.
     */
    post: operations['retryPayout']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/batches': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List batches, newest first */
    get: operations['listBatches']
    put?: never
    /**
     * Hand in many payouts, to be checked
     * @description Each row is a payout request with a `key`, which names it for good: one key never makes two payouts. Nothing is paid or reserved until the batch is submitted. At most 10,000 rows and 5 MiB. The same rows again, once submitted, answer the same batch.
     */
    post: operations['checkBatch']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/batches/{id}': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    /** Show a batch */
    get: operations['showBatch']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/batches/{id}/rows': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    /**
     * List the rows of a batch
     * @description In their order, each with its errors and, once it has one, its payout.
     */
    get: operations['listBatchRows']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/batches/{id}/submit': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Ask for the payouts of a batch
     * @description A worker makes them; each is judged, approved and sent like any other. Also when repeated. Rows with errors are left out if `leaveOut` says how many there are.
     */
    post: operations['submitBatch']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/batches/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Cancel a batch
     * @description Before it is submitted, that is all. Afterwards a worker makes nothing more of it and cancels its payouts that are not sent yet; `cancelling` becomes `cancelled` when none is left. `rows=sent` then lists those that it came too late for. Also when repeated. A key cancels batches that came through keys of the same owner.
     */
    post: operations['cancelBatch']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/receivers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List receivers, newest first */
    get: operations['listReceivers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/receivers/{externalId}': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    /** Show a receiver */
    get: operations['showReceiver']
    /**
     * Name a receiver, or change their language
     * @description An unknown external id makes a receiver. Names and e-mail are taken while nothing is known; after that other ones are `receiver_mismatch`. The language may change at any time. The same again changes nothing, so it needs no idempotency key.
     */
    put: operations['saveReceiver']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/receivers/{externalId}/destinations': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    /**
     * List a receiver's saved destinations, newest first
     * @description Without disabled ones.
     */
    get: operations['listDestinations']
    put?: never
    /**
     * Save a destination for a receiver
     * @description It cools off like one that the receiver adds, and they get a mail. The bank account is its name: the same one again is the same destination, and one that was disabled is back. So it needs no idempotency key.
     */
    post: operations['addDestination']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/receivers/{externalId}/destinations/{id}': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
        /**
         * @description The `id` of the destination.
         * @example c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23
         */
        id: string
      }
      cookie?: never
    }
    /**
     * Show a saved destination
     * @description Also a disabled one.
     */
    get: operations['showDestination']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/receivers/{externalId}/destinations/{id}/disable': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
        /**
         * @description The `id` of the destination.
         * @example c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23
         */
        id: string
      }
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Disable a saved destination
     * @description Nobody can choose it any more. Payouts that were made with it go on. Needs no body, and may be repeated.
     */
    post: operations['disableDestination']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/receivers/{externalId}/balances': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    /**
     * Show a receiver's balances
     * @description granted = available + reserved + paid, in every currency. Of what is available, `held` cannot be asked for yet; more can be from `payableFrom`.
     */
    get: operations['showBalances']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/grants': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List grants, newest first
     * @description The latest 100 unless `limit` says otherwise.
     */
    get: operations['listGrants']
    put?: never
    /**
     * Grant a receiver money that they may ask for
     * @description The reference names the grant for good: the same grant again, under any key, is the same grant. An unknown receiver is made; what is known of one is never changed.
     */
    post: operations['createGrant']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/grants/{id}': {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the grant.
         * @example 5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12
         */
        id: string
      }
      cookie?: never
    }
    /** Show a grant */
    get: operations['showGrant']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List events, oldest first
     * @description The same events that webhooks bring, to catch up with or to poll. Without `cursor` from the first one; keep `nextCursor`, which is never null, and ask with it later. A key with an owner lists events of payouts that came through the keys of the same owner.
     */
    get: operations['listEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/openapi.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** This description */
    get: operations['describeApi']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    PayoutRequest: {
      amount: string
      currency: string
      receiver: {
        externalId: string
        /** Format: email */
        email?: string
        firstName?: string
        lastName?: string
        locale?: string
      }
      /** @default {} */
      destination?: {
        [key: string]: string
      }
      description?: string
      /** Format: date-time */
      payAt?: string
      /** @default {} */
      metadata?: {
        [key: string]: string | number | boolean | null
      }
    }
    Payout: {
      id: string
      /** @enum {string} */
      status:
        | 'requested'
        | 'checking'
        | 'awaiting_approval'
        | 'approved'
        | 'paying'
        | 'action_required'
        | 'processing'
        | 'outcome_unknown'
        | 'paid'
        | 'declined'
        | 'filtered'
        | 'failed'
        | 'rejected'
        | 'cancelled'
        | 'expired'
      final: boolean
      amount: string
      currency: string
      receiver: {
        id: string
        externalId: string
        email: string | null
        firstName: string | null
        lastName: string | null
        locale: ('en' | 'ru') | null
      }
      destination: {
        [key: string]: string
      }
      description: string | null
      payAt: string | null
      gateway: {
        clientOrderId: string
        orderId: string | null
        status: string | null
        stage: string | null
        amount: string | null
        currency: string | null
      }
      redirectUrl: string | null
      statusUrl: string | null
      metadata: {
        [key: string]: string | number | boolean | null
      }
      failure: {
        /** @enum {string} */
        code: 'declined' | 'filtered' | 'failed' | 'rejected' | 'cancelled' | 'expired'
        message: string
        gatewayCode: string | null
        gatewayMessage: string | null
      } | null
      settledBy:
        | {
            name: string
            at: string
          }[]
        | null
      /** @description The id of the unpaid payout that this one retries; null: none. */
      retryOf: string | null
      createdAt: string
      updatedAt: string
      finalAt: string | null
    }
    PayoutPage: {
      data: components['schemas']['Payout'][]
      nextCursor: string | null
    }
    BatchRequest: {
      name?: string
      rows: unknown[]
    }
    BatchSubmit: {
      /** @default 0 */
      leaveOut?: number
    }
    Batch: {
      id: string
      name: string
      /** @enum {string} */
      state: 'checked' | 'working' | 'done' | 'over' | 'cancelling' | 'cancelled'
      rows: number
      wrong: number
      known: number
      repeats: number
      newReceivers: number
      sums: {
        currency: string
        count: number
        amount: string
      }[]
      done: number
      payouts: {
        currency: string
        count: number
        amount: string
        status: string
      }[]
      createdAt: string
      submittedAt: string | null
      endedAt: string | null
      cancelledAt: string | null
    }
    BatchPage: {
      data: components['schemas']['Batch'][]
      nextCursor: string | null
    }
    BatchRow: {
      line: number
      key: string
      receiver: string
      amount: string | null
      currency: string | null
      status: string
      payoutId: string | null
      errors: {
        code: string
        message: string
      }[]
      failure: {
        code: string
        message: string
      } | null
      repeats: {
        line: number | null
        payoutId: string | null
      }[]
      newReceiver: boolean
    }
    BatchRowPage: {
      data: components['schemas']['BatchRow'][]
      nextCursor: string | null
    }
    GrantRequest: {
      receiver: {
        externalId: string
        /** Format: email */
        email?: string
        firstName?: string
        lastName?: string
        locale?: string
      }
      amount: string
      currency: string
      reference: string
    }
    Grant: {
      id: string
      receiver: {
        id: string
        externalId: string
      }
      amount: string
      currency: string
      reference: string
      /** @enum {string} */
      source: 'api' | 'desk' | 'csv' | 'operator'
      createdAt: string
      /** @description Nobody can ask for it before. */
      payableFrom: string
      reversedAt: string | null
    }
    GrantList: {
      data: components['schemas']['Grant'][]
      nextCursor: string | null
    }
    Balance: {
      currency: string
      granted: string
      available: string
      /** @description The part of `available` that cannot be asked for yet. */
      held: string
      /** @description When more of it can be asked for next; null while nothing waits. */
      payableFrom: string | null
      reserved: string
      paid: string
    }
    ReceiverBalances: {
      receiver: {
        id: string
        externalId: string
      }
      balances: components['schemas']['Balance'][]
    }
    ReceiverRequest: {
      /** Format: email */
      email?: string
      firstName?: string
      lastName?: string
      locale?: string
    }
    Receiver: {
      id: string
      externalId: string
      email: string | null
      firstName: string | null
      lastName: string | null
      /** @description The language we write to them in; null: nobody has said. */
      locale: ('en' | 'ru') | null
      createdAt: string
    }
    ReceiverPage: {
      data: components['schemas']['Receiver'][]
      nextCursor: string | null
    }
    DestinationRequest: {
      destination: {
        [key: string]: string
      }
      label?: string
    }
    Destination: {
      id: string
      receiver: {
        id: string
        externalId: string
      }
      label: string
      /** @description As in a payout: of numbers and codes the last four characters alone. */
      destination: {
        [key: string]: string
      }
      isDefault: boolean
      createdAt: string
      /** @description The end of its cooling-off time: nothing is sent to it before. */
      usableFrom: string
      /** @description When its receiver froze it. Nothing is sent to it until staff release it. */
      frozenAt: string | null
      disabledAt: string | null
    }
    Event: {
      /** @description The `webhook-id` of every attempt to send it. */
      id: string
      /** @description Its place among all events of this installation: what is higher was told later. */
      sequence: number
      /** @enum {string} */
      type:
        | 'payout.requested'
        | 'payout.checking'
        | 'payout.awaiting_approval'
        | 'payout.approved'
        | 'payout.paying'
        | 'payout.action_required'
        | 'payout.processing'
        | 'payout.outcome_unknown'
        | 'payout.paid'
        | 'payout.declined'
        | 'payout.filtered'
        | 'payout.failed'
        | 'payout.rejected'
        | 'payout.cancelled'
        | 'payout.expired'
        | 'payout.changed_after_end'
        | 'grant.created'
        | 'grant.reversed'
        | 'item.opened'
        | 'item.closed'
        | 'item.escalated'
        | 'webhook.test'
      timestamp: string
      data: {
        payout: {
          id: string
          /** @description What this event made it; null where it stayed what it was. */
          status:
            | (
                | 'requested'
                | 'checking'
                | 'awaiting_approval'
                | 'approved'
                | 'paying'
                | 'action_required'
                | 'processing'
                | 'outcome_unknown'
                | 'paid'
                | 'declined'
                | 'filtered'
                | 'failed'
                | 'rejected'
                | 'cancelled'
                | 'expired'
              )
            | null
          /** @description Grows with each change of this payout: what is higher is later. */
          version: number | null
          amount: string
          currency: string
          receiver: {
            externalId: string
          }
          clientOrderId: string
          metadata: {
            [key: string]: unknown
          }
        } | null
        grant: {
          id: string
          reference: string
          amount: string
          currency: string
          receiver: {
            externalId: string
          }
        } | null
        item: {
          id: string
          kind: string
          severity: string
        } | null
        /** @description What Cardzo says after the end, in its own words, such as `reversal approved`. */
        said: {
          status: string
          amount: string | null
          currency: string | null
        } | null
      }
    }
    EventPage: {
      data: components['schemas']['Event'][]
      /** @description Send it as `cursor` to get what comes after, now or later. */
      nextCursor: string
      /** @description Events up to this time are no longer in the list, because they are older than this installation keeps them; null: all are still there. */
      goneUntil: string | null
    }
    DestinationPage: {
      data: components['schemas']['Destination'][]
      nextCursor: string | null
    }
    /** @description RFC 9457. `code` is stable; `detail` is for people. */
    Problem: {
      /** Format: uri-reference */
      type: string
      title: string
      status: number
      /** @enum {string} */
      code:
        | 'unauthorized'
        | 'method_not_allowed'
        | 'rate_limited'
        | 'internal'
        | 'unavailable'
        | 'invalid_request'
        | 'idempotency_key_required'
        | 'forbidden'
        | 'receiver_mismatch'
        | 'too_large'
        | 'unsupported_media_type'
        | 'idempotency_key_reused'
        | 'limit_exceeded'
        | 'insufficient_balance'
        | 'not_found'
        | 'payout_already_sent'
        | 'payout_final'
        | 'stale'
        | 'grant_reference_reused'
        | 'batch_wrong'
        | 'batch_twice'
        | 'batch_over'
        | 'batch_cancelled'
        | 'wrong_status'
        | 'cardzo_contradicts'
        | 'status_not_fresh'
      detail: string
      /** @description What is wrong with the input; `path` is empty when it is the whole body. */
      errors?: {
        path: string
        message: string
      }[]
      /** @description The OpenTelemetry trace of this call, where the portal sends traces. */
      traceId?: string
    }
  }
  responses: {
    /** @description `unauthorized`: You’re not signed in, or the API key isn’t valid. Sign in again, or send a valid key. */
    unauthorized: {
      headers: {
        /** @description Always `Bearer`. */
        'WWW-Authenticate'?: string
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `method_not_allowed`: This address doesn’t take that method. See the Allow header. */
    method_not_allowed: {
      headers: {
        /** @description The methods that this address takes. */
        Allow?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `rate_limited`: Too many attempts. Wait a minute and try again. If that doesn’t help, ask an administrator. */
    rate_limited: {
      headers: {
        /** @description Seconds after which trying again makes sense. */
        'Retry-After'?: string
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `internal`: Something went wrong on our side. We’ve recorded it; try again later. */
    internal: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `unavailable`: We can’t do this right now. Nothing was lost; try again in a moment. */
    unavailable: {
      headers: {
        /** @description Seconds after which trying again makes sense. */
        'Retry-After'?: string
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `invalid_request`: Something in the request isn’t right. See the errors. */
    invalid_request: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `idempotency_key_required`: Send an Idempotency-Key header of 1 to 255 characters. */
    idempotency_key_required: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `forbidden`: You don’t have permission to do this. */
    forbidden: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `receiver_mismatch`: This receiver is already known with other data. Nothing was changed; see what differs. */
    receiver_mismatch: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `too_large`: The request is too large. */
    too_large: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `unsupported_media_type`: Send JSON with Content-Type: application/json. */
    unsupported_media_type: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `idempotency_key_reused`: This Idempotency-Key belongs to another request. Use a new key. */
    idempotency_key_reused: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `limit_exceeded`: That is more than you can request. */
    limit_exceeded: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `insufficient_balance`: That is more than is available. */
    insufficient_balance: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `not_found`: This doesn’t exist. */
    not_found: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `payout_already_sent`: The payment has already been sent and can’t be cancelled. */
    payout_already_sent: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `payout_final`: This payout has already ended. */
    payout_final: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `stale`: This has changed since you opened the page. Review it again before you decide. */
    stale: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `grant_reference_reused`: This reference belongs to another grant. Use a new one. */
    grant_reference_reused: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `batch_wrong`: Nothing was submitted: rows have errors. Correct the file, or say that exactly these rows are left out. */
    batch_wrong: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `batch_twice`: This file was submitted already, in another batch. */
    batch_twice: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `batch_over`: Nobody submitted this batch in time. Upload it again. */
    batch_over: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `batch_cancelled`: This batch was cancelled. */
    batch_cancelled: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `wrong_status`: This payout has moved on. Reload to see where it is. */
    wrong_status: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `cardzo_contradicts`: Cardzo’s last answer, a callback or an open item says that money may have moved. Wait for the final status, or ask Cardzo’s support. */
    cardzo_contradicts: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description `status_not_fresh`: Cardzo hasn’t answered a status request in the last five minutes. Ask Cardzo now, then check its answer. */
    status_not_fresh: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: {
    /** @description Names this request. Yours, if you sent one of 1 to 128 letters, digits and `_.:-`. When something goes wrong, quote it to the people who run the portal. */
    RequestId: string
  }
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  listPayouts: {
    parameters: {
      query?: {
        /**
         * @description Only these statuses; may be repeated.
         * @example [
         *       "paid",
         *       "declined"
         *     ]
         */
        status?: (
          | 'requested'
          | 'checking'
          | 'awaiting_approval'
          | 'approved'
          | 'paying'
          | 'action_required'
          | 'processing'
          | 'outcome_unknown'
          | 'paid'
          | 'declined'
          | 'filtered'
          | 'failed'
          | 'rejected'
          | 'cancelled'
          | 'expired'
        )[]
        /**
         * @description Only this receiver, by the merchant's own external id.
         * @example cust-42
         */
        receiver?: string
        /**
         * @description Only this currency.
         * @example EUR
         */
        currency?: string
        /**
         * @description Only payouts that go to this endpoint of Cardzo, by its number on the desk.
         * @example 1
         */
        endpoint?: number
        /**
         * @description Only payouts made at this time or later. With its zone, such as `2026-11-01T00:00:00+01:00`.
         * @example 2026-11-01T00:00:00+01:00
         */
        from?: string
        /**
         * @description Only payouts made before this time. With its zone, such as `2026-11-01T00:00:00+01:00`.
         * @example 2026-11-01T00:00:00+01:00
         */
        to?: string
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One page; `nextCursor` is null on the last one. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *           "status": "checking",
           *           "final": false,
           *           "amount": "100.50",
           *           "currency": "EUR",
           *           "receiver": {
           *             "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *             "externalId": "cust-42",
           *             "email": "ada@example.com",
           *             "firstName": "Ada",
           *             "lastName": "Nowak",
           *             "locale": "en"
           *           },
           *           "destination": {
           *             "account_number_last4": "3000",
           *             "bank_name": "Example Bank"
           *           },
           *           "description": "Order 1234",
           *           "gateway": {
           *             "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *             "orderId": "6768788",
           *             "status": "processing",
           *             "stage": "payout_check_validating",
           *             "amount": "100.50",
           *             "currency": "EUR"
           *           },
           *           "redirectUrl": null,
           *           "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *           "metadata": {
           *             "order": "1234"
           *           },
           *           "failure": null,
           *           "settledBy": null,
           *           "retryOf": null,
           *           "payAt": null,
           *           "createdAt": "2026-11-26T10:00:00.000Z",
           *           "updatedAt": "2026-11-26T10:00:04.000Z",
           *           "finalAt": null
           *         }
           *       ],
           *       "nextCursor": "MTI3NA.zU1nqT9bG1fY2c3k"
           *     }
           */
          'application/json': components['schemas']['PayoutPage']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createPayout: {
    parameters: {
      query?: never
      header: {
        /**
         * @description Names this request for good, for the whole installation.
         * @example order-1234
         */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    /** @description At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": "100.50",
         *       "currency": "EUR",
         *       "receiver": {
         *         "externalId": "cust-42",
         *         "email": "ada@example.com",
         *         "firstName": "Ada",
         *         "lastName": "Nowak",
         *         "locale": "en"
         *       },
         *       "destination": {
         *         "account_number": "DE89370400440532013000",
         *         "bank_name": "Example Bank"
         *       },
         *       "description": "Order 1234",
         *       "metadata": {
         *         "order": "1234"
         *       }
         *     }
         */
        'application/json': components['schemas']['PayoutRequest']
      }
    }
    responses: {
      /** @description Asked for before: the same payout as it is now. */
      200: {
        headers: {
          /** @description Always `true` here, and absent from a 201. */
          'Idempotent-Replayed'?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *       "status": "checking",
           *       "final": false,
           *       "amount": "100.50",
           *       "currency": "EUR",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42",
           *         "email": "ada@example.com",
           *         "firstName": "Ada",
           *         "lastName": "Nowak",
           *         "locale": "en"
           *       },
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "description": "Order 1234",
           *       "gateway": {
           *         "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *         "orderId": "6768788",
           *         "status": "processing",
           *         "stage": "payout_check_validating",
           *         "amount": "100.50",
           *         "currency": "EUR"
           *       },
           *       "redirectUrl": null,
           *       "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *       "metadata": {
           *         "order": "1234"
           *       },
           *       "failure": null,
           *       "settledBy": null,
           *       "retryOf": null,
           *       "payAt": null,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "updatedAt": "2026-11-26T10:00:04.000Z",
           *       "finalAt": null
           *     }
           */
          'application/json': components['schemas']['Payout']
        }
      }
      /** @description Accepted; its status is `requested`. */
      201: {
        headers: {
          /** @description Path of the payout. */
          Location?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *       "status": "checking",
           *       "final": false,
           *       "amount": "100.50",
           *       "currency": "EUR",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42",
           *         "email": "ada@example.com",
           *         "firstName": "Ada",
           *         "lastName": "Nowak",
           *         "locale": "en"
           *       },
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "description": "Order 1234",
           *       "gateway": {
           *         "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *         "orderId": "6768788",
           *         "status": "processing",
           *         "stage": "payout_check_validating",
           *         "amount": "100.50",
           *         "currency": "EUR"
           *       },
           *       "redirectUrl": null,
           *       "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *       "metadata": {
           *         "order": "1234"
           *       },
           *       "failure": null,
           *       "settledBy": null,
           *       "retryOf": null,
           *       "payAt": null,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "updatedAt": "2026-11-26T10:00:04.000Z",
           *       "finalAt": null
           *     }
           */
          'application/json': components['schemas']['Payout']
        }
      }
      /**
       * @description `invalid_request`: Something in the request isn’t right. See the errors.
       *
       *     `idempotency_key_required`: Send an Idempotency-Key header of 1 to 255 characters.
       */
      400: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      /**
       * @description `receiver_mismatch`: This receiver is already known with other data. Nothing was changed; see what differs.
       *
       *     `insufficient_balance`: That is more than is available.
       */
      409: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      413: components['responses']['too_large']
      415: components['responses']['unsupported_media_type']
      /**
       * @description `idempotency_key_reused`: This Idempotency-Key belongs to another request. Use a new key.
       *
       *     `limit_exceeded`: That is more than you can request.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  showPayout: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the payout.
         * @example 7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The payout as it is now. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *       "status": "checking",
           *       "final": false,
           *       "amount": "100.50",
           *       "currency": "EUR",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42",
           *         "email": "ada@example.com",
           *         "firstName": "Ada",
           *         "lastName": "Nowak",
           *         "locale": "en"
           *       },
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "description": "Order 1234",
           *       "gateway": {
           *         "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *         "orderId": "6768788",
           *         "status": "processing",
           *         "stage": "payout_check_validating",
           *         "amount": "100.50",
           *         "currency": "EUR"
           *       },
           *       "redirectUrl": null,
           *       "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *       "metadata": {
           *         "order": "1234"
           *       },
           *       "failure": null,
           *       "settledBy": null,
           *       "retryOf": null,
           *       "payAt": null,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "updatedAt": "2026-11-26T10:00:04.000Z",
           *       "finalAt": null
           *     }
           */
          'application/json': components['schemas']['Payout']
        }
      }
      401: components['responses']['unauthorized']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  cancelPayout: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the payout.
         * @example 7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The payout, cancelled. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *       "status": "checking",
           *       "final": false,
           *       "amount": "100.50",
           *       "currency": "EUR",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42",
           *         "email": "ada@example.com",
           *         "firstName": "Ada",
           *         "lastName": "Nowak",
           *         "locale": "en"
           *       },
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "description": "Order 1234",
           *       "gateway": {
           *         "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *         "orderId": "6768788",
           *         "status": "processing",
           *         "stage": "payout_check_validating",
           *         "amount": "100.50",
           *         "currency": "EUR"
           *       },
           *       "redirectUrl": null,
           *       "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *       "metadata": {
           *         "order": "1234"
           *       },
           *       "failure": null,
           *       "settledBy": null,
           *       "retryOf": null,
           *       "payAt": null,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "updatedAt": "2026-11-26T10:00:04.000Z",
           *       "finalAt": null
           *     }
           */
          'application/json': components['schemas']['Payout']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      /**
       * @description `payout_already_sent`: The payment has already been sent and can’t be cancelled.
       *
       *     `payout_final`: This payout has already ended.
       *
       *     `stale`: This has changed since you opened the page. Review it again before you decide.
       */
      409: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      413: components['responses']['too_large']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  retryPayout: {
    parameters: {
      query?: never
      header: {
        /**
         * @description Names this request for good, for the whole installation.
         * @example order-1234
         */
        'Idempotency-Key': string
      }
      path: {
        /**
         * @description The `id` of the payout.
         * @example 7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Retried before: the new payout as it is now. */
      200: {
        headers: {
          /** @description Always `true` here, and absent from a 201. */
          'Idempotent-Replayed'?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *       "status": "checking",
           *       "final": false,
           *       "amount": "100.50",
           *       "currency": "EUR",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42",
           *         "email": "ada@example.com",
           *         "firstName": "Ada",
           *         "lastName": "Nowak",
           *         "locale": "en"
           *       },
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "description": "Order 1234",
           *       "gateway": {
           *         "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *         "orderId": "6768788",
           *         "status": "processing",
           *         "stage": "payout_check_validating",
           *         "amount": "100.50",
           *         "currency": "EUR"
           *       },
           *       "redirectUrl": null,
           *       "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *       "metadata": {
           *         "order": "1234"
           *       },
           *       "failure": null,
           *       "settledBy": null,
           *       "retryOf": null,
           *       "payAt": null,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "updatedAt": "2026-11-26T10:00:04.000Z",
           *       "finalAt": null
           *     }
           */
          'application/json': components['schemas']['Payout']
        }
      }
      /** @description The new payout; `retryOf` names the old one. */
      201: {
        headers: {
          /** @description Path of the payout. */
          Location?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *       "status": "checking",
           *       "final": false,
           *       "amount": "100.50",
           *       "currency": "EUR",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42",
           *         "email": "ada@example.com",
           *         "firstName": "Ada",
           *         "lastName": "Nowak",
           *         "locale": "en"
           *       },
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "description": "Order 1234",
           *       "gateway": {
           *         "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *         "orderId": "6768788",
           *         "status": "processing",
           *         "stage": "payout_check_validating",
           *         "amount": "100.50",
           *         "currency": "EUR"
           *       },
           *       "redirectUrl": null,
           *       "statusUrl": "https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A",
           *       "metadata": {
           *         "order": "1234"
           *       },
           *       "failure": null,
           *       "settledBy": null,
           *       "retryOf": null,
           *       "payAt": null,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "updatedAt": "2026-11-26T10:00:04.000Z",
           *       "finalAt": null
           *     }
           */
          'application/json': components['schemas']['Payout']
        }
      }
      /**
       * @description `invalid_request`: Something in the request isn’t right. See the errors.
       *
       *     `idempotency_key_required`: Send an Idempotency-Key header of 1 to 255 characters.
       */
      400: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      /**
       * @description `wrong_status`: This payout has moved on. Reload to see where it is.
       *
       *     `cardzo_contradicts`: Cardzo’s last answer, a callback or an open item says that money may have moved. Wait for the final status, or ask Cardzo’s support.
       *
       *     `status_not_fresh`: Cardzo hasn’t answered a status request in the last five minutes. Ask Cardzo now, then check its answer.
       *
       *     `receiver_mismatch`: This receiver is already known with other data. Nothing was changed; see what differs.
       *
       *     `insufficient_balance`: That is more than is available.
       */
      409: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      413: components['responses']['too_large']
      /**
       * @description `idempotency_key_reused`: This Idempotency-Key belongs to another request. Use a new key.
       *
       *     `limit_exceeded`: That is more than you can request.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listBatches: {
    parameters: {
      query?: {
        /**
         * @description Only batches in this state.
         * @example working
         */
        state?: 'checked' | 'working' | 'done' | 'over' | 'cancelling' | 'cancelled'
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One page, without what the payouts have come to. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "id": "8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45",
           *           "name": "Payroll November",
           *           "state": "done",
           *           "rows": 1,
           *           "wrong": 0,
           *           "known": 0,
           *           "repeats": 0,
           *           "newReceivers": 0,
           *           "sums": [
           *             {
           *               "currency": "EUR",
           *               "count": 1,
           *               "amount": "25.00"
           *             }
           *           ],
           *           "done": 1,
           *           "payouts": [
           *             {
           *               "currency": "EUR",
           *               "count": 1,
           *               "amount": "25.00",
           *               "status": "awaiting_approval"
           *             }
           *           ],
           *           "createdAt": "2026-11-26T10:00:00.000Z",
           *           "submittedAt": "2026-11-26T10:01:00.000Z",
           *           "endedAt": "2026-11-26T10:01:02.000Z",
           *           "cancelledAt": null
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['BatchPage']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  checkBatch: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** @description At most 5 MiB; otherwise as for a payout. What is wrong with a row is told of the row. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Payroll November",
         *       "rows": [
         *         {
         *           "key": "payroll-2026-11-0042",
         *           "amount": "25.00",
         *           "currency": "EUR",
         *           "receiver": {
         *             "externalId": "cust-42",
         *             "firstName": "Ada",
         *             "lastName": "Nowak"
         *           },
         *           "destination": {
         *             "account_number": "DE89370400440532013000",
         *             "bank_name": "Example Bank"
         *           }
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['BatchRequest']
      }
    }
    responses: {
      /** @description These very rows were submitted before: their batch. */
      200: {
        headers: {
          /** @description Path of the batch. */
          Location?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45",
           *       "name": "Payroll November",
           *       "state": "done",
           *       "rows": 1,
           *       "wrong": 0,
           *       "known": 0,
           *       "repeats": 0,
           *       "newReceivers": 0,
           *       "sums": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00"
           *         }
           *       ],
           *       "done": 1,
           *       "payouts": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00",
           *           "status": "awaiting_approval"
           *         }
           *       ],
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "submittedAt": "2026-11-26T10:01:00.000Z",
           *       "endedAt": "2026-11-26T10:01:02.000Z",
           *       "cancelledAt": null
           *     }
           */
          'application/json': components['schemas']['Batch']
        }
      }
      /** @description Checked. What is wrong is told row by row. */
      201: {
        headers: {
          /** @description Path of the batch. */
          Location?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45",
           *       "name": "Payroll November",
           *       "state": "done",
           *       "rows": 1,
           *       "wrong": 0,
           *       "known": 0,
           *       "repeats": 0,
           *       "newReceivers": 0,
           *       "sums": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00"
           *         }
           *       ],
           *       "done": 1,
           *       "payouts": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00",
           *           "status": "awaiting_approval"
           *         }
           *       ],
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "submittedAt": "2026-11-26T10:01:00.000Z",
           *       "endedAt": "2026-11-26T10:01:02.000Z",
           *       "cancelledAt": null
           *     }
           */
          'application/json': components['schemas']['Batch']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      413: components['responses']['too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  showBatch: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The batch, and what its payouts have come to. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45",
           *       "name": "Payroll November",
           *       "state": "done",
           *       "rows": 1,
           *       "wrong": 0,
           *       "known": 0,
           *       "repeats": 0,
           *       "newReceivers": 0,
           *       "sums": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00"
           *         }
           *       ],
           *       "done": 1,
           *       "payouts": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00",
           *           "status": "awaiting_approval"
           *         }
           *       ],
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "submittedAt": "2026-11-26T10:01:00.000Z",
           *       "endedAt": "2026-11-26T10:01:02.000Z",
           *       "cancelledAt": null
           *     }
           */
          'application/json': components['schemas']['Batch']
        }
      }
      401: components['responses']['unauthorized']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listBatchRows: {
    parameters: {
      query?: {
        /**
         * @description Only rows with errors, that repeat a payment, that name a new receiver, or whose payout can no longer be cancelled.
         * @example wrong
         */
        rows?: 'all' | 'wrong' | 'repeats' | 'new' | 'sent'
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One page; `nextCursor` is null on the last one. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "line": 1,
           *           "key": "payroll-2026-11-0042",
           *           "receiver": "cust-42",
           *           "amount": "25.00",
           *           "currency": "EUR",
           *           "status": "awaiting_approval",
           *           "payoutId": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *           "errors": [],
           *           "failure": null,
           *           "repeats": [],
           *           "newReceiver": false
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['BatchRowPage']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  submitBatch: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    /** @description At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "leaveOut": 0
         *     }
         */
        'application/json': components['schemas']['BatchSubmit']
      }
    }
    responses: {
      /** @description The batch; its state is `working`. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45",
           *       "name": "Payroll November",
           *       "state": "done",
           *       "rows": 1,
           *       "wrong": 0,
           *       "known": 0,
           *       "repeats": 0,
           *       "newReceivers": 0,
           *       "sums": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00"
           *         }
           *       ],
           *       "done": 1,
           *       "payouts": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00",
           *           "status": "awaiting_approval"
           *         }
           *       ],
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "submittedAt": "2026-11-26T10:01:00.000Z",
           *       "endedAt": "2026-11-26T10:01:02.000Z",
           *       "cancelledAt": null
           *     }
           */
          'application/json': components['schemas']['Batch']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      /**
       * @description `batch_wrong`: Nothing was submitted: rows have errors. Correct the file, or say that exactly these rows are left out.
       *
       *     `batch_twice`: This file was submitted already, in another batch.
       *
       *     `batch_over`: Nobody submitted this batch in time. Upload it again.
       *
       *     `batch_cancelled`: This batch was cancelled.
       */
      409: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      413: components['responses']['too_large']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  cancelBatch: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the batch.
         * @example 8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The batch; its state is `cancelling` or `cancelled`. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45",
           *       "name": "Payroll November",
           *       "state": "done",
           *       "rows": 1,
           *       "wrong": 0,
           *       "known": 0,
           *       "repeats": 0,
           *       "newReceivers": 0,
           *       "sums": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00"
           *         }
           *       ],
           *       "done": 1,
           *       "payouts": [
           *         {
           *           "currency": "EUR",
           *           "count": 1,
           *           "amount": "25.00",
           *           "status": "awaiting_approval"
           *         }
           *       ],
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "submittedAt": "2026-11-26T10:01:00.000Z",
           *       "endedAt": "2026-11-26T10:01:02.000Z",
           *       "cancelledAt": null
           *     }
           */
          'application/json': components['schemas']['Batch']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      409: components['responses']['batch_over']
      413: components['responses']['too_large']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listReceivers: {
    parameters: {
      query?: {
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One page; `nextCursor` is null on the last one. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *           "externalId": "cust-42",
           *           "email": "ada@example.com",
           *           "firstName": "Ada",
           *           "lastName": "Nowak",
           *           "locale": "en",
           *           "createdAt": "2026-11-20T08:30:00.000Z"
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['ReceiverPage']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  showReceiver: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What is known of them. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *       "externalId": "cust-42",
           *       "email": "ada@example.com",
           *       "firstName": "Ada",
           *       "lastName": "Nowak",
           *       "locale": "en",
           *       "createdAt": "2026-11-20T08:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Receiver']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  saveReceiver: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    /** @description At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "firstName": "Ada",
         *       "lastName": "Nowak",
         *       "locale": "en"
         *     }
         */
        'application/json': components['schemas']['ReceiverRequest']
      }
    }
    responses: {
      /** @description Known before. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *       "externalId": "cust-42",
           *       "email": "ada@example.com",
           *       "firstName": "Ada",
           *       "lastName": "Nowak",
           *       "locale": "en",
           *       "createdAt": "2026-11-20T08:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Receiver']
        }
      }
      /** @description New. */
      201: {
        headers: {
          /** @description Path of the receiver. */
          Location?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *       "externalId": "cust-42",
           *       "email": "ada@example.com",
           *       "firstName": "Ada",
           *       "lastName": "Nowak",
           *       "locale": "en",
           *       "createdAt": "2026-11-20T08:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Receiver']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      409: components['responses']['receiver_mismatch']
      413: components['responses']['too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listDestinations: {
    parameters: {
      query?: {
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One page; `nextCursor` is null on the last one. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "id": "c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23",
           *           "receiver": {
           *             "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *             "externalId": "cust-42"
           *           },
           *           "label": "Example Bank, ending 3000",
           *           "destination": {
           *             "account_number_last4": "3000",
           *             "bank_name": "Example Bank"
           *           },
           *           "isDefault": true,
           *           "createdAt": "2026-11-26T10:00:00.000Z",
           *           "usableFrom": "2026-11-27T10:00:00.000Z",
           *           "frozenAt": null,
           *           "disabledAt": null
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['DestinationPage']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  addDestination: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    /** @description At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "destination": {
         *         "account_number": "DE89370400440532013000",
         *         "bank_name": "Example Bank"
         *       }
         *     }
         */
        'application/json': components['schemas']['DestinationRequest']
      }
    }
    responses: {
      /** @description Saved before. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "label": "Example Bank, ending 3000",
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "isDefault": true,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "usableFrom": "2026-11-27T10:00:00.000Z",
           *       "frozenAt": null,
           *       "disabledAt": null
           *     }
           */
          'application/json': components['schemas']['Destination']
        }
      }
      /** @description Saved. */
      201: {
        headers: {
          /** @description Path of the destination. */
          Location?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "label": "Example Bank, ending 3000",
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "isDefault": true,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "usableFrom": "2026-11-27T10:00:00.000Z",
           *       "frozenAt": null,
           *       "disabledAt": null
           *     }
           */
          'application/json': components['schemas']['Destination']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      413: components['responses']['too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  showDestination: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
        /**
         * @description The `id` of the destination.
         * @example c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The destination as it is now. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "label": "Example Bank, ending 3000",
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "isDefault": true,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "usableFrom": "2026-11-27T10:00:00.000Z",
           *       "frozenAt": null,
           *       "disabledAt": null
           *     }
           */
          'application/json': components['schemas']['Destination']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  disableDestination: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
        /**
         * @description The `id` of the destination.
         * @example c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The destination, disabled. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "label": "Example Bank, ending 3000",
           *       "destination": {
           *         "account_number_last4": "3000",
           *         "bank_name": "Example Bank"
           *       },
           *       "isDefault": true,
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "usableFrom": "2026-11-27T10:00:00.000Z",
           *       "frozenAt": null,
           *       "disabledAt": null
           *     }
           */
          'application/json': components['schemas']['Destination']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      413: components['responses']['too_large']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  showBalances: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The merchant's own number of the receiver, URL-encoded.
         * @example cust-42
         */
        externalId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description By currency; empty when nothing was ever granted. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "balances": [
           *         {
           *           "currency": "EUR",
           *           "granted": "125.00",
           *           "available": "25.00",
           *           "held": "0.00",
           *           "payableFrom": null,
           *           "reserved": "100.00",
           *           "paid": "0.00"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ReceiverBalances']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listGrants: {
    parameters: {
      query?: {
        /**
         * @description Only this receiver, by the merchant's own external id.
         * @example cust-42
         */
        receiver?: string
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One page; `nextCursor` is null on the last one. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "id": "5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12",
           *           "receiver": {
           *             "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *             "externalId": "cust-42"
           *           },
           *           "amount": "25.00",
           *           "currency": "EUR",
           *           "reference": "bonus-2026-11-cust-42",
           *           "source": "api",
           *           "createdAt": "2026-11-26T10:00:00.000Z",
           *           "payableFrom": "2026-11-26T10:00:00.000Z",
           *           "reversedAt": null
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['GrantList']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createGrant: {
    parameters: {
      query?: never
      header: {
        /**
         * @description Names this request for good, for the whole installation.
         * @example order-1234
         */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    /** @description At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "receiver": {
         *         "externalId": "cust-42"
         *       },
         *       "amount": "25.00",
         *       "currency": "EUR",
         *       "reference": "bonus-2026-11-cust-42"
         *     }
         */
        'application/json': components['schemas']['GrantRequest']
      }
    }
    responses: {
      /** @description Granted before: the same grant as it is now. */
      200: {
        headers: {
          /** @description Always `true` here, and absent from a 201. */
          'Idempotent-Replayed'?: string
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "amount": "25.00",
           *       "currency": "EUR",
           *       "reference": "bonus-2026-11-cust-42",
           *       "source": "api",
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "payableFrom": "2026-11-26T10:00:00.000Z",
           *       "reversedAt": null
           *     }
           */
          'application/json': components['schemas']['Grant']
        }
      }
      /** @description Granted. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "amount": "25.00",
           *       "currency": "EUR",
           *       "reference": "bonus-2026-11-cust-42",
           *       "source": "api",
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "payableFrom": "2026-11-26T10:00:00.000Z",
           *       "reversedAt": null
           *     }
           */
          'application/json': components['schemas']['Grant']
        }
      }
      /**
       * @description `invalid_request`: Something in the request isn’t right. See the errors.
       *
       *     `idempotency_key_required`: Send an Idempotency-Key header of 1 to 255 characters.
       */
      400: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      409: components['responses']['receiver_mismatch']
      413: components['responses']['too_large']
      415: components['responses']['unsupported_media_type']
      /**
       * @description `idempotency_key_reused`: This Idempotency-Key belongs to another request. Use a new key.
       *
       *     `grant_reference_reused`: This reference belongs to another grant. Use a new one.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  showGrant: {
    parameters: {
      query?: never
      header?: never
      path: {
        /**
         * @description The `id` of the grant.
         * @example 5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The grant as it is now. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12",
           *       "receiver": {
           *         "id": "0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10",
           *         "externalId": "cust-42"
           *       },
           *       "amount": "25.00",
           *       "currency": "EUR",
           *       "reference": "bonus-2026-11-cust-42",
           *       "source": "api",
           *       "createdAt": "2026-11-26T10:00:00.000Z",
           *       "payableFrom": "2026-11-26T10:00:00.000Z",
           *       "reversedAt": null
           *     }
           */
          'application/json': components['schemas']['Grant']
        }
      }
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      404: components['responses']['not_found']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listEvents: {
    parameters: {
      query?: {
        /**
         * @description Rows per page.
         * @example 2
         */
        limit?: number
        /** @description `nextCursor` of the page before. It belongs to this list with this filter. */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What comes after the cursor; `data` is empty while nothing does. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "data": [
           *         {
           *           "id": "b2d4f6a8-1c3e-4a5b-9d7f-0e2c4a6b8d34",
           *           "sequence": 1274,
           *           "type": "payout.paid",
           *           "timestamp": "2026-11-26T10:05:00.000Z",
           *           "data": {
           *             "payout": {
           *               "id": "7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01",
           *               "status": "paid",
           *               "version": 9,
           *               "amount": "100.50",
           *               "currency": "EUR",
           *               "receiver": {
           *                 "externalId": "cust-42"
           *               },
           *               "clientOrderId": "po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r",
           *               "metadata": {
           *                 "order": "1234"
           *               }
           *             },
           *             "grant": null,
           *             "item": null,
           *             "said": null
           *           }
           *         }
           *       ],
           *       "nextCursor": "MTI3NA.zU1nqT9bG1fY2c3k",
           *       "goneUntil": null
           *     }
           */
          'application/json': components['schemas']['EventPage']
        }
      }
      400: components['responses']['invalid_request']
      401: components['responses']['unauthorized']
      403: components['responses']['forbidden']
      405: components['responses']['method_not_allowed']
      429: components['responses']['rate_limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  describeApi: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OpenAPI 3.1 */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': Record<string, never>
        }
      }
      405: components['responses']['method_not_allowed']
    }
  }
}
