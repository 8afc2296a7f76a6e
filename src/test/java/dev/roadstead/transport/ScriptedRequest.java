package dev.roadstead.transport;

import java.util.Map;

/**
 * The head of a request that a {@link ScriptedServer} got.
 *
 * @param target path and query as they came
 * @param headers names in lower case
 */
public record ScriptedRequest(String method, String target, Map<String, String> headers) {
    /** The target without its query. */
    public String path() {
        return target.split("\\?", 2)[0];
    }
}
