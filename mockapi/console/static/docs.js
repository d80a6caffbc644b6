// Swagger UI for the OpenAPI document of the page, in the theme of the console.
"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const setTheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", setTheme);
setTheme();

const page = document.getElementById("swagger-ui");
window.ui = SwaggerUIBundle({
  url: page.dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  validatorUrl: null,
  // Relative, to keep the path prefix and the world of this page.
  oauth2RedirectUrl: new URL("../static/swagger-ui/oauth2-redirect.html", window.location.href).href,
});
// Public clients must send a PKCE challenge; other clients may.
window.ui.initOAuth({ usePkceWithAuthorizationCodeGrant: true });
