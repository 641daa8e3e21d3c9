// A verifier of other people's libraries that serves over HTTPS: @openid4vc/openid4vp asks and
// reads, @sd-jwt/sd-jwt-vc and @owf/mdoc verify. It asks once: it writes the link as a line when
// it listens, and what it found as a second line when it is answered. Keys are JWKs.

import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { Openid4vpVerifier } from "@openid4vc/openid4vp";
import { json, serve } from "./https_server.mjs";
import { listen } from "./job.mjs";
import { certificateOf, isTrusted, keyOf } from "./keys.mjs";
import { transcriptOf, verifyMdoc } from "./mdoc_parts.mjs";
import { callbacks, thumbprintOf } from "./openid4vp_parts.mjs";
import { verifySdJwt } from "./sdjwt_parts.mjs";

const SELF_ISSUED = "https://self-issued.me/v2";
const secret = () => randomBytes(16).toString("base64url");

const newKey = () => {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return { ...key, kid: "sealing-1", use: "enc", alg: "ECDH-ES" };
};

const requestOf = ({ mode, client, query, formats }, origin, { d: _, ...sealing }) => ({
  response_type: "vp_token",
  response_mode: mode,
  client_id: client,
  response_uri: `${origin}/response`,
  nonce: secret(),
  state: secret(),
  dcql_query: query,
  client_metadata: {
    vp_formats_supported: formats,
    jwks: { keys: [sealing] },
    encrypted_response_enc_values_supported: ["A256GCM"],
  },
});

const issuerOf = (text, roots) => {
  const header = JSON.parse(Buffer.from(text.split(".")[0], "base64url"));
  const chain = header.x5c.map(certificateOf);
  const trusted = roots.map((each) => new X509Certificate(each));
  if (!isTrusted(chain, trusted)) throw new Error("the issuer is not trusted");
  return keyOf(chain[0]);
};

const FORMATS = {
  "dc+sd-jwt": async (text, request, roots) => {
    const issuer = issuerOf(text, roots);
    const { nonce, client_id: audience } = request;
    const { claims, binding } = await verifySdJwt({ text, issuer, nonce, now: Date.now() / 1000 });
    if (binding?.aud !== audience) throw new Error("for another verifier");
    return claims;
  },
  mso_mdoc: async (text, request, roots) => {
    const transcript = await transcriptOf(request, await thumbprintOf(request));
    const response = new Uint8Array(Buffer.from(text, "base64url"));
    const [document] = await verifyMdoc({ response, roots, transcript });
    return document.namespaces;
  },
};

const verified = async (words, request, sealing, answer) => {
  const given = callbacks({ key: sealing, trusts: () => false });
  const verifier = new Openid4vpVerifier({ callbacks: given });
  const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponse: answer,
    callbacks: given,
  });
  const found = {};
  for (const { id, format } of request.dcql_query.credentials) {
    const [text] = parsed.dcql.presentations[id];
    found[id] = await FORMATS[format](text, request, words.roots);
  }
  return found;
};

const signedRequest = async (words, request, uri) => {
  const given = callbacks({ key: words.key, trusts: () => false });
  const made = await new Openid4vpVerifier({
    callbacks: given,
  }).createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: request,
    jar: {
      requestUri: uri,
      expiresInSeconds: 300,
      additionalJwtPayload: { aud: SELF_ISSUED },
      jwtSigner: { method: "x5c", x5c: words.certificates, alg: "ES256" },
    },
  });
  return { link: made.authorizationRequest, text: made.jar.authorizationRequestJwt };
};

await listen(async (words, say) => {
  const sealing = newKey();
  let request, made;
  const place = await serve(words.server, async ({ method, path, body }) => {
    if (method === "GET" && path === "/request")
      return { status: 200, type: "application/oauth-authz-req+jwt", body: made.text };
    if (method !== "POST" || path !== "/response") return json({ error: "invalid_request" }, 404);
    place.end();
    try {
      const answer = Object.fromEntries(new URLSearchParams(body));
      say({ proved: await verified(words, request, sealing, answer) });
      return json({});
    } catch (error) {
      say({ refused: `${error.name}: ${error.message}` });
      return json({ error: "invalid_request" }, 400);
    }
  });
  request = requestOf(words, place.origin, sealing);
  made = await signedRequest(words, request, `${place.origin}/request`);
  say({ link: made.link });
});
