export { served as handler } from "../../../web/serve.ts";
