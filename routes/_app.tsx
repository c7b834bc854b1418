import { define } from "../app_state.ts";

/** The document around every page. Fresh adds styles, scripts and the nonce. */
export default define.page(({ Component }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>Dormouse</title>
      <link rel="icon" href="/logo.svg" type="image/svg+xml" />
    </head>
    <body>
      <Component />
    </body>
  </html>
));
