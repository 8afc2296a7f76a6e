package dev.roadstead.api.nativeaccess;

import dev.roadstead.api.UploadBound;
import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.engine.NativeRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients send, as what engines get. */
final class NativeBodies {
    private static final String JSON = "application/json";

    /** What a text is where an operation's body is no JSON. */
    private static final Map<String, String> TEXTS =
            Map.of("yaml", "application/yaml", "tar", "application/x-tar", "raw", "application/octet-stream");

    private final JsonMapper json = JsonMapper.shared();
    private final UploadBound bound;

    NativeBodies(UploadBound bound) {
        this.bound = bound;
    }

    /** Of what is no upload. */
    NativeBodies() {
        this(new UploadBound(null));
    }

    /** JSON values by name. */
    Map<String, JsonNode> values(@Nullable Map<String, @Nullable Object> given) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((name, value) -> values.put(name, json.valueToTree(value)));
        }
        return values;
    }

    /** Parameters of a query: texts, and lists of those that come more than once. */
    Map<String, JsonNode> query(Map<String, List<String>> query) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        query.forEach((name, all) ->
                values.put(name, json.valueToTree(all.size() == 1 ? all.getFirst() : new ArrayList<>(all))));
        return values;
    }

    /** A body from JSON.
     *
     * @param headers of the call; a Content-Type in it is the body's
     * @param operation null: nothing is known of what is read
     */
    NativeRequest.Body of(@Nullable Object data, Map<String, String> headers, @Nullable CatalogOperation operation) {
        if (data == null) {
            return new NativeRequest.Body.None();
        }
        boolean isText = data instanceof String;
        String type = headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(HttpHeaders.CONTENT_TYPE))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> type(isText, operation));
        byte[] bytes = data instanceof String text && !isJson(type)
                ? text.getBytes(StandardCharsets.UTF_8)
                : json.writeValueAsBytes(data);
        return new NativeRequest.Body.Bytes(type, bytes);
    }

    private static String type(boolean isText, @Nullable CatalogOperation operation) {
        if (operation == null) {
            return JSON;
        }
        String known = isText ? TEXTS.get(String.valueOf(operation.requestStreaming())) : null;
        if (known != null) {
            return known;
        }
        List<String> consumes = operation.consumes();
        return consumes.isEmpty() || consumes.stream().anyMatch(NativeBodies::isJson) ? JSON : consumes.getFirst();
    }

    private static boolean isJson(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith(JSON) || lower.contains("+json");
    }

    /** The request's own body, passed on as it comes. */
    NativeRequest.Body of(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        long length = headers.getContentLength();
        if (length == 0 || (length < 0 && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING))) {
            return new NativeRequest.Body.None();
        }
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        return new NativeRequest.Body.Streamed(
                type == null ? "application/octet-stream" : type,
                bound.on(headers, request.getBody().map(NativeBodies::bytes)));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
