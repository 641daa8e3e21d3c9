// An issuer of other people's libraries that serves over HTTPS: @openid4vc/openid4vci and
// @openid4vc/oauth2 speak the protocol, @sd-jwt/sd-jwt-vc and @owf/mdoc sign the cards. It offers
// one card to whoever has the code: the link of its offer is the one line that it writes. Keys
// are JWKs, certificates are DER in base64.

import { randomBytes } from "node:crypto";
import {
  getAuthorizationServerMetadataFromList,
  Oauth2AuthorizationServer,
  Oauth2ResourceServer,
  preAuthorizedCodeGrantIdentifier,
} from "@openid4vc/oauth2";
import { Openid4vciIssuer } from "@openid4vc/openid4vci";
import { json, serve } from "./https_server.mjs";
import { listen } from "./job.mjs";
import { hashed, holds, publicOf, signedJwt } from "./keys.mjs";
import { issueMdoc } from "./mdoc_parts.mjs";
import { issueSdJwt } from "./sdjwt_parts.mjs";

const DAY = 86_400;
const secret = () => randomBytes(16).toString("base64url");
const seconds = () => Math.floor(Date.now() / 1000);

const callbacksOf = ({ key }) => ({
  // The token's key is this server's own: it asks nobody for it.
  fetch: async () => Response.json({ keys: [{ ...publicOf(key), kid: "card-1", use: "sig" }] }),
  hash: hashed,
  generateRandom: (size) => randomBytes(size),
  signJwt: (_signer, jwt) => signedJwt(key, jwt),
  verifyJwt: (signer, { compact }) => {
    const [header, payload, signature] = compact.split(".");
    const raw = Buffer.from(signature, "base64url");
    const verified = holds(signer.publicJwk, signer.alg, `${header}.${payload}`, raw);
    return { verified, signerJwk: signer.publicJwk };
  },
});

const metadataOf = ({ name, configuration }, origin) => ({
  credentialIssuer: {
    credential_issuer: origin,
    credential_endpoint: `${origin}/credential`,
    nonce_endpoint: `${origin}/nonce`,
    credential_configurations_supported: { [name]: configuration },
  },
  authorizationServers: [
    {
      issuer: origin,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
      grant_types_supported: [preAuthorizedCodeGrantIdentifier],
      dpop_signing_alg_values_supported: ["ES256"],
      "pre-authorized_grant_anonymous_access_supported": true,
    },
  ],
});

const FORMATS = {
  "dc+sd-jwt": ({ key, certificate, configuration, claims }, origin, device) =>
    issueSdJwt({
      key,
      alg: "ES256",
      hash: "sha-256",
      claims: {
        ...claims,
        iss: origin,
        vct: configuration.vct,
        iat: seconds(),
        exp: seconds() + 30 * DAY,
        cnf: { jwk: device },
      },
      frame: { _sd: Object.keys(claims) },
      header: { x5c: [certificate] },
    }),
  mso_mdoc: async ({ key, certificate, configuration, claims }, _origin, device) => {
    const issued = await issueMdoc({
      doctype: configuration.doctype,
      namespaces: claims,
      key,
      alg: "ES256",
      hash: "SHA-256",
      certificate,
      device,
      validity: {
        signed: seconds() * 1000,
        validFrom: seconds() * 1000,
        validUntil: (seconds() + 30 * DAY) * 1000,
      },
    });
    return issued.encodedForOid4Vci;
  },
};

class Desk {
  constructor(words, origin) {
    this.words = words;
    this.origin = origin;
    this.metadata = metadataOf(words, origin);
    this.code = secret();
    this.nonce = secret();
    const callbacks = callbacksOf(words);
    this.issuer = new Openid4vciIssuer({ callbacks });
    this.server = new Oauth2AuthorizationServer({ callbacks });
    this.resource = new Oauth2ResourceServer({ callbacks });
    this.metadata.knownCredentialConfigurations =
      this.issuer.getKnownCredentialConfigurationsSupported(this.metadata.credentialIssuer);
  }

  get ownServer() {
    return getAuthorizationServerMetadataFromList(this.metadata.authorizationServers, this.origin);
  }

  async offer() {
    const { credentialOffer } = await this.issuer.createCredentialOffer({
      issuerMetadata: this.metadata,
      credentialConfigurationIds: [this.words.name],
      grants: {
        [preAuthorizedCodeGrantIdentifier]: {
          "pre-authorized_code": this.code,
          ...(this.words.code && { tx_code: { length: 6, input_mode: "numeric" } }),
        },
      },
    });
    return credentialOffer;
  }

  asked = ({ method, path, headers }) => ({ method, headers, url: `${this.origin}${path}` });

  "GET /.well-known/openid-credential-issuer" = () => this.metadata.credentialIssuer;

  "GET /.well-known/oauth-authorization-server" = () => this.ownServer;

  "POST /nonce" = () => this.issuer.createNonceResponse({ cNonce: this.nonce });

  "POST /token" = async (call) => {
    const request = this.asked(call);
    const form = Object.fromEntries(new URLSearchParams(call.body));
    const read = this.server.parseAccessTokenRequest({ request, accessTokenRequest: form });
    const { dpop } = await this.server.verifyPreAuthorizedCodeAccessTokenRequest({
      grant: read.grant,
      accessTokenRequest: read.accessTokenRequest,
      request,
      authorizationServerMetadata: this.ownServer,
      expectedPreAuthorizedCode: this.code,
      expectedTxCode: this.words.code,
      dpop: { jwt: read.dpop?.jwt, required: true },
    });
    this.code = secret();
    return this.server.createAccessTokenResponse({
      audience: this.origin,
      authorizationServer: this.origin,
      expiresInSeconds: 300,
      subject: "account-1",
      signer: { method: "jwk", alg: "ES256", publicJwk: publicOf(this.words.key), kid: "card-1" },
      dpop,
    });
  };

  "POST /credential" = async (call) => {
    await this.resource.verifyResourceRequest({
      request: this.asked(call),
      resourceServer: this.origin,
      authorizationServers: this.metadata.authorizationServers,
    });
    const { credentialRequest, credentialConfiguration, proofs } = this.issuer.parseCredentialRequest({
      issuerMetadata: this.metadata,
      credentialRequest: JSON.parse(call.body),
    });
    const credentials = [];
    for (const jwt of proofs.jwt) {
      const { signer } = await this.issuer.verifyCredentialRequestJwtProof({
        issuerMetadata: this.metadata,
        jwt,
        expectedNonce: this.nonce,
      });
      const issue = FORMATS[credentialConfiguration.format];
      credentials.push({ credential: await issue(this.words, this.origin, signer.publicJwk) });
    }
    return this.issuer.createCredentialResponse({ credentialRequest, credentials });
  };
}

await listen(async (words, say) => {
  let desk;
  const { origin } = await serve(words.server, async (call) => {
    const endpoint = desk[`${call.method} ${call.path}`];
    if (endpoint === undefined) return json({ error: "invalid_request" }, 404);
    try {
      return json(await endpoint(call));
    } catch (error) {
      say({ refused: `${error.name}: ${error.message}` });
      return json(error.errorResponse ?? { error: "invalid_request" }, 400);
    }
  });
  desk = new Desk(words, origin);
  say({ link: await desk.offer() });
});
