package dev.roadstead.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names credentials without keeping them: HMAC-SHA-256 under a key that only this process knows, so that a memory dump without the key
 * cannot be searched for passwords.
 */
final class CredentialKey {
    private static final String ALGORITHM = "HmacSHA256";

    /** The name of one pair of user and password. */
    record Fingerprint(ByteBuffer bytes) {
        @Override
        public String toString() {
            return "Fingerprint";
        }
    }

    private final SecretKeySpec key;

    /** Takes a new random key. */
    CredentialKey(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    Fingerprint of(String user, String password) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            // The length first: "ab" with "c" must not be "a" with "bc".
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, name.length));
            mac.update(name);
            mac.update(secret);
            return new Fingerprint(ByteBuffer.wrap(mac.doFinal()).asReadOnlyBuffer());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
