export { acted as handler } from "../../../../web/act.ts";
