package dev.roadstead.proxy;

import org.jspecify.annotations.Nullable;

/**
 * How a request ended that was not answered wholly by its engine.
 *
 * @param code the exact case, for the log
 * @param word of the kind of problem, for the audit log; null: nothing failed, the client left or the gateway stops
 */
public record ProxyEnd(String code, @Nullable String word) {
    static final ProxyEnd CLIENT_LEFT = new ProxyEnd("CLIENT_LEFT", null);
    static final ProxyEnd SHUTDOWN = new ProxyEnd("SHUTDOWN", null);
    static final ProxyEnd ENGINE_BROKE_OFF = new ProxyEnd("ENGINE_BROKE_OFF", "engine_error");
    static final ProxyEnd STALLED = new ProxyEnd("STALLED", "engine_timeout");
}
