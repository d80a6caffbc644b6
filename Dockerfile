ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# The environment that is shipped has no pip of its own; the one beside it fills it.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/venv
WORKDIR /src
# Dependencies first: this layer stays while only the project changes.
COPY requirements/build.txt requirements/runtime.txt requirements/
# The secret `ca` is optional: the certificates of a network that has its own.
RUN --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi \
    && /opt/build/bin/pip install --quiet --no-compile --require-hashes -r requirements/build.txt \
    && /opt/build/bin/pip --python /opt/venv/bin/python install --quiet --require-hashes -r requirements/runtime.txt
COPY . .
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /src/dist \
    && /opt/build/bin/pip --python /opt/venv/bin/python install --quiet --no-index --no-deps dist/*.whl

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="mockapi" \
      org.opencontainers.image.description="The EcoStruxure scoring APIs on your own machine" \
      org.opencontainers.image.licenses="MIT"
# A volume takes the owner of the folder that it covers.
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
HEALTHCHECK --interval=2s --timeout=3s --start-period=30s --retries=5 CMD ["mockapi", "healthcheck"]
ENTRYPOINT ["mockapi"]
CMD ["serve"]
