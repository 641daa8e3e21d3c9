// The npm peers at the same work, over the same lines of JSON as python_peers.py. They are those
// of interop/, from where their packages are loaded. Time is that of the wall.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const from = createRequire(new URL("../../interop/package.json", import.meta.url));
const load = async (name) => import(pathToFileURL(from.resolve(name)).href);
const CLAIMS = Object.fromEntries(
  Array.from({ length: 20 }, (_, n) => String(n).padStart(2, "0")).map((n) => [`claim_${n}`, `value ${n} of the card`]),
);
const [AUDIENCE, NONCE] = ["x509_san_dns:bank.example", "bm9uY2Utb2YtdGhpcy1zZXNzaW9u"];
const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const signs = (key) => (data) =>
  sign("sha256", Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
const verifies = (key) => (data, signature) =>
  verify("sha256", Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));

async function sdJwt() {
  const { SDJwtVcInstance } = await load("@sd-jwt/sd-jwt-vc");
  const [issuer, holder] = [pair(), pair()];
  const peer = new SDJwtVcInstance({
    hasher: (data, alg) => createHash(alg.replace("-", "")).update(data).digest(),
    saltGenerator: (length) => randomBytes(length).toString("base64url"),
    hashAlg: "sha-256",
    signAlg: "ES256",
    kbSignAlg: "ES256",
    signer: signs(issuer.privateKey),
    kbSigner: signs(holder.privateKey),
    verifier: verifies(issuer.publicKey),
    kbVerifier: (data, signature, payload) =>
      verifies(createPublicKey({ key: payload.cnf.jwk, format: "jwk" }))(data, signature),
  });
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://issuer.example", vct: "urn:example:card", iat: now, exp: now + 86400, ...CLAIMS };
  const jwk = holder.publicKey.export({ format: "jwk" });
  const issue = () => peer.issue({ ...claims, cnf: { jwk } }, { _sd: Object.keys(CLAIMS) });
  const card = await issue();
  const all = Object.fromEntries(Object.keys(CLAIMS).map((name) => [name, true]));
  const present = () => peer.present(card, all, { kb: { payload: { iat: now, aud: AUDIENCE, nonce: NONCE } } });
  const shown = await present();
  return {
    "SD-JWT issue": issue,
    "SD-JWT present + KB": present,
    "SD-JWT verify + KB": () => peer.verify(shown, { keyBindingNonce: NONCE, currentDate: now }),
  };
}

async function auth0Mdl(material) {
  const { default: mdl } = await load("@auth0/mdl");
  const { cborEncode } = from("@auth0/mdl/lib/cbor");
  const elements = { ...CLAIMS, portrait: randomBytes(20000) };
  delete elements.claim_00;
  const key = createPrivateKey(material.key).export({ format: "jwk" });
  const device = pair().publicKey.export({ format: "jwk" });
  const now = new Date();
  const issue = async () => {
    const document = new mdl.Document("org.iso.18013.5.1.mDL");
    document.addIssuerNameSpace("org.iso.18013.5.1", elements);
    const signed = await document
      .useDigestAlgorithm("SHA-256")
      .addValidityInfo({ signed: now, validFrom: now, validUntil: new Date(+now + 86400000) })
      .addDeviceKeyInfo({ deviceKey: device })
      .sign({ issuerPrivateKey: key, issuerCertificate: material.signer, alg: "ES256", kid: "11" });
    return cborEncode(signed.prepare());
  };
  const response = Buffer.from(material.response, "base64");
  const transcript = cborEncode(new mdl.DataItem({ buffer: Buffer.from(material.transcript, "base64") }));
  const verifier = new mdl.Verifier([material.root]);
  return {
    "mdoc issue": issue,
    "mdoc verify + chain": () => verifier.verify(response, { encodedSessionTranscript: transcript }),
  };
}

const key = pair();
const message = Buffer.alloc(1500);
const signature = sign("sha256", message, key.privateKey);
const signed = () => sign("sha256", message, key.privateKey);
const verified = (number) => () => {
  for (let n = 0; n < number; n++) verify("sha256", message, key.publicKey, signature);
};
const LIMITS = {
  "SD-JWT issue": signed,
  "SD-JWT present + KB": signed,
  "mdoc issue": signed,
  "SD-JWT verify + KB": verified(2),
  "mdoc verify + chain": verified(3),
};

async function once(run) {
  const start = process.hrtime.bigint();
  let [count, taken] = [0, 0n];
  while (taken < 10_000_000n) {
    await run();
    count++;
    taken = process.hrtime.bigint() - start;
  }
  return Number(taken) / count / 1000;
}

const write = (value) => process.stdout.write(JSON.stringify(value) + "\n");
console.log = console.error;
const runs = [];
let material;
for await (const line of createInterface({ input: process.stdin })) {
  if (material === undefined) {
    material = JSON.parse(line);
    const missing = {};
    for (const [peer, make] of [["@sd-jwt/sd-jwt-vc", sdJwt], ["@auth0/mdl", auth0Mdl]]) {
      try {
        for (const [name, run] of Object.entries(await make(material))) {
          await run();
          runs.push([name, peer, run]);
        }
      } catch (reason) {
        missing[peer] = String(reason).slice(0, 200);
      }
    }
    write({ found: runs.map(([name, peer]) => [name, peer]), missing });
    continue;
  }
  const times = [];
  for (const [name, peer, run] of runs) times.push([name, peer, await once(LIMITS[name]), await once(run)]);
  write(times);
}
