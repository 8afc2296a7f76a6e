package dev.roadstead.operation;

import dev.roadstead.engine.EngineException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs long work apart from the request that asked for it, and keeps its outcome for a while, in this process's memory. */
public final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final Clock clock;
    private final Duration retention;
    private final int most;
    private final Map<String, Running> operations = new ConcurrentHashMap<>();

    /**
     * Keeps none yet.
     *
     * @param retention how long an ended operation is kept
     * @param most how many are kept, running ones included
     */
    public Operations(Clock clock, Duration retention, int most) {
        this.clock = clock;
        this.retention = retention;
        this.most = most;
    }

    /**
     * Starts work at once.
     *
     * @param work its outcome is the operation's; cancelling the operation cancels it
     * @throws RejectedExecutionException if too many are kept already and none of them has ended
     */
    public Operation start(String kind, List<String> resources, Function<Progress, Mono<?>> work) {
        makeRoom();
        Running running = new Running(new Operation(
                UUID.randomUUID().toString(),
                kind,
                Operation.Status.RUNNING,
                Map.of(),
                resources,
                clock.instant(),
                clock.instant(),
                null));
        operations.put(running.current.id(), running);
        running.begin(work);
        return running.current;
    }

    /** All that are kept, newest first. */
    public List<Operation> list() {
        forgetOld();
        return operations.values().stream()
                .map(running -> running.current)
                .sorted(Comparator.comparing(Operation::createdAt).reversed().thenComparing(Operation::id))
                .toList();
    }

    /** One of them. */
    public Optional<Operation> get(String id) {
        forgetOld();
        return Optional.ofNullable(operations.get(id)).map(running -> running.current);
    }

    /** Its present state and every later one, to its end; a slow subscriber sees the newest. Empty if there is none. */
    public Flux<Operation> watch(String id) {
        Running running = operations.get(id);
        return running == null ? Flux.empty() : running.watch();
    }

    /** Ends it, unless it has ended; emits what it then is. Empty if there is none. */
    public Mono<Operation> cancel(String id) {
        return Mono.fromCallable(() -> {
            Running running = operations.get(id);
            return running == null ? null : running.cancel();
        });
    }

    /** Cancels all that run. */
    @Override
    public void close() {
        operations.values().forEach(Running::cancel);
    }

    private void makeRoom() {
        forgetOld();
        if (operations.size() < most) {
            return;
        }
        operations.values().stream()
                .map(running -> running.current)
                .filter(operation -> operation.status().isFinal())
                .min(Comparator.comparing(Operation::updatedAt))
                .ifPresentOrElse(oldest -> operations.remove(oldest.id()), () -> {
                    throw new RejectedExecutionException("%d operations run already".formatted(most));
                });
    }

    private void forgetOld() {
        var limit = clock.instant().minus(retention);
        operations
                .values()
                .removeIf(running -> running.current.status().isFinal()
                        && running.current.updatedAt().isBefore(limit));
    }

    private final class Running implements Progress {
        private final Sinks.Many<Operation> changes = Sinks.many().replay().latest();
        private final Disposable.Swap subscription = Disposables.swap();
        private volatile Operation current;

        Running(Operation first) {
            current = first;
            changes.tryEmitNext(first);
        }

        void begin(Function<Progress, Mono<?>> work) {
            subscription.update(Mono.defer(() -> work.apply(this))
                    .subscribe(
                            ignored -> {},
                            failure -> {
                                if (!(failure instanceof EngineException)) {
                                    LOG.error("operation {} ({}) failed", current.id(), current.kind(), failure);
                                }
                                end(Operation.Status.FAILED, failure);
                            },
                            () -> end(Operation.Status.SUCCEEDED, null)));
        }

        Operation cancel() {
            end(Operation.Status.CANCELLED, null);
            subscription.dispose();
            return current;
        }

        Flux<Operation> watch() {
            return changes.asFlux().onBackpressureLatest();
        }

        @Override
        public void report(Map<String, Object> facts) {
            change(operation -> new Operation(
                    operation.id(),
                    operation.kind(),
                    operation.status(),
                    facts,
                    operation.resources(),
                    operation.createdAt(),
                    clock.instant(),
                    null));
        }

        @Override
        public void resources(List<String> paths) {
            change(operation -> new Operation(
                    operation.id(),
                    operation.kind(),
                    operation.status(),
                    operation.progress(),
                    paths,
                    operation.createdAt(),
                    clock.instant(),
                    null));
        }

        private void end(Operation.Status status, @Nullable Throwable failure) {
            change(operation -> new Operation(
                    operation.id(),
                    operation.kind(),
                    status,
                    operation.progress(),
                    operation.resources(),
                    operation.createdAt(),
                    clock.instant(),
                    failure));
        }

        private synchronized void change(UnaryOperator<Operation> step) {
            if (current.status().isFinal()) {
                return;
            }
            current = step.apply(current);
            changes.tryEmitNext(current);
            if (current.status().isFinal()) {
                changes.tryEmitComplete();
            }
        }
    }
}
