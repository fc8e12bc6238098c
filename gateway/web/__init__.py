"""The HTTP edge: routes, the API, the form page and the status page; thin over `gateway.actions`."""
