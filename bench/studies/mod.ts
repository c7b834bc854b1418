import type { Study } from "../study.ts";
import { codec } from "./codec.ts";
import { counter } from "./counter.ts";
import { dashboard } from "./dashboard.ts";
import { echo } from "./echo.ts";
import { growth } from "./growth.ts";
import { http } from "./http.ts";
import { memory } from "./memory.ts";
import { overload } from "./overload.ts";
import { reading } from "./reading.ts";
import { runner } from "./runner.ts";
import { start } from "./start.ts";
import { wake } from "./wake.ts";

/** In the order in which they are played and shown. */
export const STUDIES: readonly Study[] = [
  echo,
  http,
  counter,
  dashboard,
  reading,
  overload,
  wake,
  memory,
  growth,
  start,
  codec,
  runner,
];
