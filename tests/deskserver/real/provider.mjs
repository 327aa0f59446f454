// A certified OpenID provider (npm's oidc-provider) on loopback: node provider.mjs FOLDER SETTINGS.json
// FOLDER has node_modules. It says "ready" when it listens. Whoever signs in is whom they name; no password is asked.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { pathToFileURL } from 'node:url';

const [folder, file] = process.argv.slice(2);
const told = JSON.parse(fs.readFileSync(file, 'utf8'));
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));

const provider = new Provider(told.issuer, {
  clients: told.clients,
  jwks: told.jwks,
  cookies: { keys: ['of tests'] },
  conformIdTokenClaims: told.thin ?? true,
  scopes: ['openid', 'offline_access', 'groups'],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'], groups: ['groups'] },
  ttl: { AccessToken: 600, IdToken: told.id_token_s ?? 600, Session: 3600, Grant: 3600, Interaction: 600 },
  findAccount: (_ctx, id) => told.people[id] && {
    accountId: id, claims: () => ({ sub: id, ...told.people[id] }),
  },
  async loadExistingGrant(ctx) { // the operator's own programs: nobody is asked whether they may
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email groups offline_access');
    grant.addOIDCClaims(['name', 'preferred_username', 'email', 'groups']);
    if (told.audience) grant.addResourceScope(told.audience, 'tickets');
    await grant.save();
    return grant;
  },
  issueRefreshToken: async (_ctx, client, code) =>
    client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: Boolean(told.audience),
      defaultResource: (_ctx, _client, oneOf) => oneOf ?? (told.by_default ? told.audience : undefined),
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'tickets', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
      }),
      useGrantedResource: () => true,
    },
  },
});
const answer = provider.callback();
const server = told.certificate
  ? https.createServer({ cert: fs.readFileSync(told.certificate), key: fs.readFileSync(told.key) }, answer)
  : http.createServer(answer);
server.listen(told.port, '127.0.0.1', () => console.log('ready'));
