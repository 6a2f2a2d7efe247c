# syntax=docker/dockerfile:1
# aescan without compiler, pip's cache or root. Build: docker build --tag aescan .
# Run: docker run --read-only --cap-drop ALL --volume ./config:/etc/aescan:ro --publish 10722:10722 aescan

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/aescan
# The dependencies first and by their hashes: they change less often than aescan.
COPY requirements/runtime.txt requirements/runtime.txt
RUN /opt/aescan/bin/pip install --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY aescan aescan
RUN /opt/aescan/bin/pip install --no-build-isolation --no-deps . \
 && /opt/aescan/bin/pip uninstall --yes pip hatchling editables
RUN mkdir /var/lib/aescan

FROM python:3.13-slim-bookworm
COPY --from=build /opt/aescan /opt/aescan
# For a history: a volume that is mounted there for the first time takes on its owner.
COPY --from=build --chown=65532:65532 /var/lib/aescan /var/lib/aescan
# A number, so that Kubernetes can tell that it is not root; nobody else's on a usual host.
USER 65532:65532
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 10722
VOLUME ["/etc/aescan"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/opt/aescan/bin/python", "-c", \
  "import urllib.request; urllib.request.urlopen('http://127.0.0.1:10722/-/healthy', timeout=4)"]
ENTRYPOINT ["/opt/aescan/bin/aescan"]
CMD ["--config.file", "/etc/aescan/aescan.yml"]
