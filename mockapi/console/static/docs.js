// Starts Swagger UI on the document that the page names.
"use strict";

const page = document.getElementById("swagger-ui");
window.ui = SwaggerUIBundle({
  url: page.dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  validatorUrl: null,
  // Relative, so that it lies below the same path prefix and in the same world as this page.
  oauth2RedirectUrl: new URL("../static/swagger-ui/oauth2-redirect.html", window.location.href).href,
});
// Public clients must send a challenge, and no client minds one.
window.ui.initOAuth({ usePkceWithAuthorizationCodeGrant: true });
