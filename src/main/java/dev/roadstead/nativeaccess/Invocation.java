package dev.roadstead.nativeaccess;

import dev.roadstead.engine.NativeRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client wants of an operation.
 *
 * @param version of the API; null: the best that the engine speaks
 * @param params by name, wherever they belong
 * @param headers beside those that are parameters
 * @param passUndeclared whether parameters that the operation does not declare are sent all the same
 * @param answerWithin for the head of the answer; null: the engine's request timeout
 */
public record Invocation(
        @Nullable String version,
        Map<String, JsonNode> params,
        Map<String, String> headers,
        NativeRequest.Body body,
        boolean passUndeclared,
        @Nullable Duration answerWithin) {
    public Invocation {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        headers = Map.copyOf(headers);
    }

    boolean hasBody() {
        return !(body instanceof NativeRequest.Body.None);
    }
}
