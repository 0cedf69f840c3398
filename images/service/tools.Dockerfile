# The services' image with the command line's sources: for ./coffee order, traffic and reconcile inside of a cluster.
ARG SERVICE_IMAGE
FROM ${SERVICE_IMAGE}
COPY .env ./
COPY scripts ./scripts
