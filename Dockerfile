# A node with its browser GUI. Built by current Docker and by older engines without BuildKit:
#     docker build -t messenger .

FROM node:22-slim AS web
WORKDIR /source/src/Messenger.Web
# What is fetched changes less often than what is compiled.
COPY src/Messenger.Web/package.json src/Messenger.Web/package-lock.json src/Messenger.Web/.npmrc ./
RUN npm ci
COPY tests/Messenger.Node.Tests/Api/openapi.approved.json /source/tests/Messenger.Node.Tests/Api/
COPY src/Messenger.Web ./
RUN WEB_OUTPUT=/source/artifacts/web/ npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY . .
COPY --from=web /source/artifacts/web artifacts/web
# Newer than its sources, also where it comes from an earlier build: then it is embedded as it is, without Node.js.
RUN find artifacts/web -exec touch {} + \
    && dotnet publish src/Messenger.Node -c Release --use-current-runtime --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -o /app \
    && rm /app/*.xml && test -e artifacts/web/index.html.br

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
# /keys is for members of a cluster, which share one master key.
RUN mkdir -m 700 /data /keys && chown "$APP_UID" /data /keys
# The root file system may be read-only: the runtime opens no debugging sockets in /tmp, and what SQLite has to put aside lies on the volume.
ENV PATH="/app:$PATH" \
    DOTNET_EnableDiagnostics=0 \
    SQLITE_TMPDIR=/data \
    MESSENGER_DATA=/data \
    MESSENGER_GUI_LISTEN=0.0.0.0:7451
USER $APP_UID
VOLUME /data
EXPOSE 7450 7451 7452
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["messenger", "health"]
ENTRYPOINT ["messenger"]
