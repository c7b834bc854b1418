/** Messages of clients that have come, and that have gone to them: both only grow. */
export class Traffic {
  messagesIn = 0;
  messagesOut = 0;

  /** Takes over what another one counted that nobody will ask any more. */
  add({ messagesIn, messagesOut }: Traffic): void {
    this.messagesIn += messagesIn;
    this.messagesOut += messagesOut;
  }
}
