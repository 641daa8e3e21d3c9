// A verifier of other people's libraries that serves over HTTPS: @openid4vc/openid4vp asks and
// reads, @sd-jwt/sd-jwt-vc and @owf/mdoc verify. It asks once: it writes the link as a line when
// it listens, and what it found as a second line when it is answered. Keys are JWKs.

import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { Openid4vpVerifier } from "@openid4vc/openid4vp";
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

const bodyOf = async (incoming) => {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return Object.fromEntries(new URLSearchParams(text));
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
  const identity = readFileSync(words.server);
  const sealing = newKey();
  let request, made;
  const server = createServer({ key: identity, cert: identity }, async (incoming, outgoing) => {
    if (incoming.method === "GET" && incoming.url === "/request") {
      outgoing.setHeader("Content-Type", "application/oauth-authz-req+jwt");
      return outgoing.end(made.text);
    }
    let found;
    try {
      if (incoming.method !== "POST" || incoming.url !== "/response") throw new Error("nothing here");
      found = { proved: await verified(words, request, sealing, await bodyOf(incoming)) };
    } catch (error) {
      found = { refused: `${error.name}: ${error.message}` };
    }
    outgoing.setHeader("Content-Type", "application/json");
    outgoing.writeHead(found.proved ? 200 : 400);
    outgoing.end(JSON.stringify(found.proved ? {} : { error: "invalid_request" }));
    say(found);
    server.close();
  });
  server.listen(0, "127.0.0.1", async () => {
    const origin = `https://localhost:${server.address().port}`;
    request = requestOf(words, origin, sealing);
    made = await signedRequest(words, request, `${origin}/request`);
    say({ link: made.link });
  });
});
