import { createDefine } from "fresh";

export interface State {
  /** Who passed here, in order. */
  trail: string[];
}

export const define = createDefine<State>();
