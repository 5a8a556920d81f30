FROM python:3.11.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.11.11-slim-bookworm
RUN groupadd --system --gid 10001 necessity \
 && useradd --system --uid 10001 --gid necessity --no-create-home necessity \
 && install --directory --owner=necessity --group=necessity --mode=0700 /var/lib/necessity
COPY --from=build /venv /venv
WORKDIR /app
COPY casework casework
COPY cli cli
COPY service service
COPY storage storage
COPY worker worker
COPY templates_docx templates_docx
# Whole sample cases, which the API shows.
COPY tests/cases tests/cases
COPY settings.py ./
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NECESSITY_DATA_DIR=/var/lib/necessity \
    PORT=8000
USER 10001:10001
VOLUME /var/lib/necessity
EXPOSE 8000
# For the API; compose says how the other processes are asked.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "cli"]
CMD ["serve", "--host", "0.0.0.0"]
