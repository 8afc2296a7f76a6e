package dev.roadstead.api;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Carries the request's id from the Reactor context into every log line written on its behalf. Found by the service loader. */
public final class RequestIdInLogs implements ThreadLocalAccessor<String> {
    @Override
    public Object key() {
        return RequestIds.CONTEXT_KEY;
    }

    @Override
    public @Nullable String getValue() {
        return MDC.get(RequestIds.CONTEXT_KEY);
    }

    @Override
    public void setValue(String id) {
        MDC.put(RequestIds.CONTEXT_KEY, id);
    }

    @Override
    public void setValue() {
        MDC.remove(RequestIds.CONTEXT_KEY);
    }
}
