import type { ActorDefinition } from "../lib/actor/mod.ts";
import chat from "./chat.ts";
import clock from "./clock.ts";
import counter from "./counter.ts";
import echo from "./echo.ts";

/** Every actor that this runner hosts, by the name that clients ask for. Put your own beside them. */
export const actors: Readonly<Record<string, ActorDefinition>> = { echo, counter, chat, clock };
