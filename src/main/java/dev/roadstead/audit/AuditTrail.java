package dev.roadstead.audit;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** What a request turns out to be about, noted while it is served. Goes along in the Reactor context. */
public final class AuditTrail {
    /**
     * What it is about.
     *
     * @param engine its name
     * @param cuid null: no container
     */
    public record Subject(String engine, @Nullable String cuid) {}

    private volatile @Nullable Subject subject;

    /** Adds it to a context. */
    public Context in(Context context) {
        return context.put(AuditTrail.class, this);
    }

    /** Has the outcome noted, if anybody keeps a trail. */
    public static <T> Mono<T> noting(Mono<T> work, BiConsumer<AuditTrail, T> note) {
        return Mono.deferContextual(context -> {
            AuditTrail trail = context.getOrDefault(AuditTrail.class, null);
            return trail == null ? work : work.doOnNext(outcome -> note.accept(trail, outcome));
        });
    }

    /** Notes a container; the last one counts. */
    public void container(String engine, String cuid) {
        subject = new Subject(engine, cuid);
    }

    /** What was noted; null: nothing. */
    public @Nullable Subject subject() {
        return subject;
    }
}
