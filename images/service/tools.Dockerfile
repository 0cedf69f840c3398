# The services' image with the command line's sources and what telemetry promises: for ./coffee order, traffic, reconcile and
# telemetry check inside of a cluster.
ARG SERVICE_IMAGE
FROM ${SERVICE_IMAGE}
COPY .env ./
COPY scripts ./scripts
COPY observability ./observability
USER 65532
