/** What carries payloads between the processes of a deployment. Nothing is kept for those who do not listen. */
export type Carrier = {
  readonly kind: 'notify' | 'redis';
  /** Sends payloads to every process that hears the family, this one included. Rejects while the carrier is away. */
  send(family: string, payloads: readonly string[]): Promise<void>;
  /** Begins to listen; until then nothing is heard. */
  listen(listener: CarrierListener): Promise<Hearing>;
  /** Rejects while it is away. */
  check(): Promise<void>;
  /** Ends the connections that send. */
  close(): Promise<void>;
};

export type CarrierListener = {
  onPayload(payload: string): void;
  /** The connection is lost: from now on payloads may be missed. */
  onAway(): void;
  /** Payloads are heard again; some may have been missed in between. */
  onBack(): void;
};

export type Hearing = {
  /** Whether payloads arrive; false during an outage. */
  isHearing(): boolean;
  /** Resolves when payloads of the family are heard; while the carrier is away at once, as `onBack` follows. */
  join(family: string): Promise<void>;
  /** The family is not needed any more. */
  leave(family: string): void;
  close(): Promise<void>;
};
