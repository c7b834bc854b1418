import { define } from "../utils.ts";

export default define.page(function App({ Component, url }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <link rel="icon" href="data:," />
        <title>Fixture {url.pathname}</title>
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
});
