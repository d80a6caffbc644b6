ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# The shipped environment has no pip; the build environment installs into it.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/venv
WORKDIR /src
# Dependencies first, so that this layer is reused if only the project changes.
COPY requirements/build.txt requirements/runtime.txt requirements/
# The secret `ca` is optional: CA certificates of your network.
RUN --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi \
    && /opt/build/bin/pip install --quiet --no-compile --require-hashes -r requirements/build.txt \
    && /opt/build/bin/pip --python /opt/venv/bin/python install --quiet --require-hashes -r requirements/runtime.txt \
    # Remove files that are needed only to build or test against the libraries.
    && find /opt/venv -depth \( -type d -name tests -o -type f -name '*.py[ix]' -o -type f -name '*.pxd' \
        -o -type f -name '*.[ach]' \) -exec rm -r {} +
COPY . .
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /src/dist \
    && /opt/build/bin/pip --python /opt/venv/bin/python install --quiet --no-index --no-deps dist/*.whl

FROM ${PYTHON_IMAGE}
ARG PYTHON_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mockapi" \
      org.opencontainers.image.description="The EcoStruxure scoring APIs on your own machine" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"
# A volume inherits the owner of the folder at its mount point.
RUN mkdir /data /scenarios && chown 10001:10001 /data
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MOCKAPI_HOST=0.0.0.0
WORKDIR /scenarios
USER 10001:10001
VOLUME /data
EXPOSE 8080
# The first check runs one second after the start and waits up to two seconds for the server. From
# the second minute on a check lasts nine seconds longer, so that one runs every ten seconds.
# `--start-interval` is not used, because builders before Docker 25 reject it; with only
# `--start-period`, newer engines check every five seconds until the first success.
HEALTHCHECK --interval=1s --timeout=15s --retries=10 \
    CMD ["mockapi", "healthcheck", "--wait", "2", "--hold", "9"]
ENTRYPOINT ["mockapi"]
CMD ["serve"]
