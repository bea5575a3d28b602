/** Carries payloads between the processes of a deployment. A payload is lost for processes that do not listen. */
export type Carrier = {
  readonly kind: 'notify' | 'redis';
  /**
   * Sends payloads to every process that has joined the family, including this one. Rejects while the carrier is away.
   */
  send(family: string, payloads: readonly string[]): Promise<void>;
  /** Starts to listen. */
  listen(listener: CarrierListener): Promise<CarrierConnection>;
  /** Rejects while the carrier is away. */
  check(): Promise<void>;
  /** Closes the sending connections. */
  close(): Promise<void>;
};

export type CarrierListener = {
  onPayload(payload: string): void;
  /** Called when the connection is lost: from now on payloads may be missed. */
  onAway(): void;
  /** Called when payloads arrive again; some may have been missed. */
  onBack(): void;
};

export type CarrierConnection = {
  /** Whether payloads arrive; false during an outage. */
  isReceiving(): boolean;
  /**
   * Resolves when payloads of the family arrive; while the carrier is away it resolves at once, since `onBack` follows.
   */
  join(family: string): Promise<void>;
  /** Ends the interest in a family. */
  leave(family: string): void;
  close(): Promise<void>;
};
