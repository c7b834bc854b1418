export { servedTogether as handler } from "../../web/serve.ts";
