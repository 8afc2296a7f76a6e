package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.workload.CreateCommand.Idempotency;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Makes keys and requests comparable without keeping either: both go to the engine as hashes only. */
final class IdempotencyKeys {
    private static final Pattern SANE = Pattern.compile("[\\x20-\\x7e]{1,255}");

    private final JsonMapper json;

    IdempotencyKeys(JsonMapper json) {
        this.json = json.rebuild()
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
    }

    /**
     * What makes a request a repetition.
     *
     * @param user whose key it is; keys of different users never meet
     * @return null without a key
     * @throws ProblemException ({@code INVALID_IDEMPOTENCY_KEY}) if it is too long or not visible ASCII
     */
    @Nullable
    Idempotency of(@Nullable String key, String user, CreateContainerRequest request) {
        if (key == null) {
            return null;
        }
        if (!SANE.matcher(key).matches()) {
            throw ProblemException.invalid(
                    "INVALID_IDEMPOTENCY_KEY",
                    "Idempotency-Key",
                    key,
                    "Idempotency-Key: expected 1 to 255 visible ASCII characters");
        }
        return new Idempotency(
                hash((user + "\0" + key).getBytes(StandardCharsets.UTF_8)),
                hash(json.writeValueAsBytes(request.withoutCredentials())));
    }

    private static String hash(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
