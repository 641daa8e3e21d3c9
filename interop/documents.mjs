// The documents that the suites of @digitalbazaar may load: given contexts, and those of did:key.

export function loader(contexts) {
  return async (url) => {
    if (url in contexts) return found(url, contexts[url]);
    if (!url.startsWith("did:key:")) throw new Error("nothing is fetched");
    const [did, fragment] = url.split("#");
    const method = {
      "@context": "https://w3id.org/security/multikey/v1",
      id: `${did}#${did.slice("did:key:".length)}`,
      type: "Multikey",
      controller: did,
      publicKeyMultibase: did.slice("did:key:".length),
    };
    if (fragment) return found(url, method);
    return found(url, {
      "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
      id: did,
      verificationMethod: [method],
      assertionMethod: [method.id],
    });
  };
}

function found(documentUrl, document) {
  return { contextUrl: null, documentUrl, document };
}
