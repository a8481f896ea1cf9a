# One image for web, worker, beat and migrations. No index or mirror is named here: npm and pip use
# what the build machine is set to.

FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements/base.txt
COPY . .
COPY --from=assets /src/node_modules node_modules
# The settings want these two; nothing connects while files are collected.
RUN python -m launcher.assets \
    && SECRET_KEY=build DATABASE_URL=postgresql://build@localhost/build \
       /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules launcher

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FORBID_DEBUG=1 \
    MEDIA_ROOT=/data/media \
    ERASURE_JOURNAL_DIR=/data/erasures
RUN useradd --system --uid 10001 --home-dir /data --create-home perennial \
    && install -d -o perennial -g perennial /data/media
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER perennial
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--preload", "--no-control-socket", \
     "--worker-tmp-dir", "/dev/shm"]
