"use strict";

const reference = document.getElementById("reference");
window.SwaggerUIBundle({
  url: reference.dataset.url,
  domNode: reference,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Without this a hosted validator would be asked for a badge.
  validatorUrl: null,
});
