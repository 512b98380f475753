// Draws the schema of the API with Swagger UI; requests go out in the reader's own session.
/* global SwaggerUIBundle */
const place = document.getElementById("api-docs");
const token = document.querySelector('meta[name="csrf-token"]').content;

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  requestInterceptor(request) {
    request.headers["X-CSRFToken"] = token;
    return request;
  },
});
