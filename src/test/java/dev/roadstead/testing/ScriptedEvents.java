package dev.roadstead.testing;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.EventSource;
import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Events that happen when a test says so. */
public final class ScriptedEvents implements EventSource {
    private final List<@Nullable Instant> openings = new ArrayList<>();
    private final Runnable onOpening;
    private int closings;
    private @Nullable EngineException refusal;
    private Sinks.@Nullable Many<EngineEvent> stream;

    /** @param onOpening run whenever somebody asks, before the answer */
    public ScriptedEvents(Runnable onOpening) {
        this.onOpening = onOpening;
    }

    @Override
    public Mono<EngineStream<EngineEvent>> open(@Nullable Instant since) {
        return Mono.defer(() -> {
            openings.add(since);
            onOpening.run();
            if (refusal != null) {
                return Mono.error(refusal);
            }
            Sinks.Many<EngineEvent> opened = Sinks.many().unicast().onBackpressureBuffer();
            stream = opened;
            return Mono.just(new EngineStream<>(opened.asFlux(), () -> closings++));
        });
    }

    /** Every opening from now on fails so; null: none does. */
    public ScriptedEvents refuse(@Nullable EngineException failure) {
        refusal = failure;
        return this;
    }

    /** Tells an event. */
    public void tell(EngineEvent event) {
        Objects.requireNonNull(stream, "nobody listens").tryEmitNext(event).orThrow();
    }

    /** The connection breaks. */
    public void breakOff() {
        fail("ENGINE_BROKE_OFF");
    }

    /** The connection ends with a failure of this code. */
    public void fail(String code) {
        Objects.requireNonNull(stream, "nobody listens")
                .tryEmitError(new EngineException.Failed(code, "cut", EngineException.Evidence.NONE, null))
                .orThrow();
    }

    /** From when on events were asked for, one for each opening. */
    public List<@Nullable Instant> openings() {
        return openings;
    }

    public int closings() {
        return closings;
    }

    /** An event about a container. */
    public static EngineEvent container(String id, String action, Instant time, Map<String, String> labels) {
        Map<String, String> facts = new HashMap<>();
        if (action.equals("die")) {
            facts.put("exit_code", "0");
        }
        return new EngineEvent(
                time, "container", action, id, "name-" + id, labels, facts, Map.of("Action", action, "ID", id));
    }
}
