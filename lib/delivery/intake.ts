/** How a receiver of a body keeps what is unread within its bounds. */
export interface Intake {
  /** A chunk of so many bytes has come. False when it is more than may come: nothing changes then. */
  receive(bytes: number): boolean;
  /** A chunk of so many bytes was read. */
  read(bytes: number): void;
  /** Whether a unit of credit is to be granted now. Asked again until it is not. */
  takeGrant(): boolean;
}
