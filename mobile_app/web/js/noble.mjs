// The primitives of the device's keys over noble, synchronous, for `mobile_app/web/crypto.py`. Bytes in, bytes out.
import { gcm } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";

const KEY_BYTES = 32;

export const noble = {
  scrypt: (secret, salt, n) => scrypt(secret, salt, { N: n, r: 8, p: 1, dkLen: KEY_BYTES, maxmem: 128 * 8 * n + 2 ** 20 }),

  hkdf: (secret, salt, info) => hkdf(sha256, secret, salt, info, KEY_BYTES),

  // AES-256-GCM under a key: what is sealed carries its tag at its end.
  seal: (key, nonce, data, associated) => gcm(key, nonce, associated).encrypt(data),

  // What was sealed, or undefined: another key, other associated data, or altered bytes.
  open: (key, nonce, sealed, associated) => {
    try {
      return gcm(key, nonce, associated).decrypt(sealed);
    } catch {
      return undefined;
    }
  },

  publicKey: (secret) => x25519.getPublicKey(secret),

  // The shared secret, or undefined: the other side's key is not a point that can be agreed with.
  agree: (secret, publicKey) => {
    try {
      return x25519.getSharedSecret(secret, publicKey);
    } catch {
      return undefined;
    }
  },
};
