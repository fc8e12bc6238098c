# The gateway in one image: `docker build -t otklik .`, then compose.yaml or `docker run -p 8080:8080 otklik`.
# Behind a mirror of packages: `docker build --build-arg PIP_INDEX_URL=…`.

FROM python:3.13-slim AS build
ARG PIP_INDEX_URL
WORKDIR /src
RUN python -m venv /opt/otklik
COPY requirements.lock ./
RUN /opt/otklik/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY gateway ./gateway
COPY bots ./bots
COPY templates ./templates
COPY widget/licences ./widget/licences
COPY widget/built ./widget/built
RUN /opt/otklik/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/otklik --create-home otklik
COPY --from=build /opt/otklik /opt/otklik
ENV PATH="/opt/otklik/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    OTKLIK_HOST=0.0.0.0 \
    OTKLIK_DATA_DIR=/var/lib/otklik
USER otklik
WORKDIR /var/lib/otklik
VOLUME /var/lib/otklik
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/health/live', timeout=2)"]
CMD ["otklik", "serve"]
