# docker build -t runnel . && docker run -p 127.0.0.1:3000:3000 -v runnel:/data runnel
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
# llama.cpp comes prebuilt in its package: nothing is fetched from elsewhere, or compiled.
ENV NODE_LLAMA_CPP_SKIP_DOWNLOAD=true
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN NODE_ENV=production node scripts/build.mjs

FROM node:${NODE_VERSION}-slim
# Inside a container 127.0.0.1 is nobody else's: who may reach the port is said where it is published.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000 RUNNEL_DATA_DIR=/data
RUN mkdir /data && chown node:node /data
WORKDIR /app
COPY --from=build /app/.next/standalone ./
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm: it would keep SIGTERM from the server.
CMD ["node", "server.js"]
