package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Operations of a daemon: work that goes on after its call was answered with 202. The daemon forgets them five seconds after their
 * end, so each is waited for at once, on connections that nothing else takes; a wait that breaks is taken up again.
 */
final class LxdOperations {
    /** How long one request waits: longer than that a dead connection would look like work. */
    private static final Duration AT_ONCE = Duration.ofSeconds(15);

    /** How often progress is told. */
    private static final Duration STEP = Duration.ofSeconds(1);

    /** Beyond the waiting itself, for an answer to come. */
    private static final Duration ANSWERING = Duration.ofSeconds(10);

    /** About twenty seconds: a daemon that restarts comes back in less. */
    private static final int ATTEMPTS = 13;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final LxdSession session;
    private final EngineHttpClient waits;

    LxdOperations(LxdSession session, EngineHttpClient waits) {
        this.session = session;
        this.waits = waits;
    }

    /** Begins one and waits until it has succeeded. */
    Mono<LxdWire.Operation> run(LxdCall call, String subject, EngineRequest request) {
        return follow(call, subject, request, AT_ONCE, this::cancel).last();
    }

    /**
     * Begins one and tells how far it is, at last that it has succeeded.
     *
     * @param undo of what has succeeded though it was cancelled: in some of its stages the daemon cannot cancel it
     */
    Flux<LxdWire.Operation> watch(
            LxdCall call, String subject, EngineRequest request, Function<LxdWire.Operation, Mono<Void>> undo) {
        return follow(
                call,
                subject,
                request,
                STEP,
                begun -> Mono.defer(() -> cancel(begun))
                        .then(Mono.defer(() -> wait(subject, id(begun), STEP)))
                        .repeat()
                        .takeUntil(LxdWire.Operation::hasEnded)
                        .filter(LxdWire.Operation::hasSucceeded)
                        .concatMap(undo)
                        .then()
                        .onErrorComplete(EngineException.class));
    }

    /** Begins one and leaves it to itself; emits what it was begun with. */
    Mono<LxdWire.Operation> begin(LxdCall call, String subject, EngineRequest request) {
        return session.callAnyway(call, subject, request).map(this::begun);
    }

    /** Waits for the end of one, however it ends. */
    Mono<LxdWire.Operation> end(String subject, LxdWire.Operation begun) {
        return steps(subject, begun, AT_ONCE).last();
    }

    /** Ends one where the daemon can; that it cannot, or that it has ended, is no failure. */
    Mono<Void> cancel(LxdWire.Operation begun) {
        return session.callAnyway(
                        LxdCall.DAEMON,
                        "operation " + begun.id(),
                        EngineRequest.delete(
                                LxdTarget.of("operations", id(begun)).toString()))
                .then()
                .onErrorComplete(EngineException.class);
    }

    private Flux<LxdWire.Operation> follow(
            LxdCall call,
            String subject,
            EngineRequest request,
            Duration each,
            Function<LxdWire.Operation, Mono<Void>> whenCancelled) {
        return Flux.usingWhen(
                begin(call, subject, request),
                begun -> looks(call, subject, begun, each),
                _ -> Mono.empty(),
                (_, _) -> Mono.empty(),
                whenCancelled);
    }

    private LxdWire.Operation begun(EngineReply reply) {
        LxdWire.Envelope envelope = session.envelope(reply.body());
        if ("async".equals(envelope.type())) {
            return session.value(envelope.metadata(), LxdWire.Operation.class);
        }
        // What one version does in the background another does at once.
        return new LxdWire.Operation(null, null, LxdWire.Operation.SUCCESS, null, null, false, null, null);
    }

    private Flux<LxdWire.Operation> looks(LxdCall call, String subject, LxdWire.Operation begun, Duration each) {
        return steps(subject, begun, each)
                .concatMap(seen -> seen.hasEnded() ? judged(call, subject, seen) : Mono.just(seen), 0);
    }

    private Flux<LxdWire.Operation> steps(String subject, LxdWire.Operation begun, Duration each) {
        return begun.hasEnded()
                ? Flux.just(begun)
                : wait(subject, id(begun), each).repeat().takeUntil(LxdWire.Operation::hasEnded);
    }

    private Mono<LxdWire.Operation> judged(LxdCall call, String subject, LxdWire.Operation ended) {
        return ended.hasSucceeded()
                ? Mono.just(ended)
                : Mono.error(session.errors().of(call, subject, ended));
    }

    /** LXD answers 200 when the time is over, Incus 500: neither is an end. */
    private Mono<LxdWire.Operation> wait(String subject, String id, Duration each) {
        EngineRequest request = EngineRequest.get(LxdTarget.of("operations", id, "wait")
                        .with("timeout", Math.max(1, each.toSeconds()))
                        .toString())
                .within(each.plus(ANSWERING));
        return read(request, id)
                .onErrorResume(LxdOperations::isOverdue, _ -> read(look(id), id))
                .retryWhen(Retry.backoff(ATTEMPTS, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(LxdSession::isAway)
                        .onRetryExhaustedThrow(
                                (_, signal) -> session.errors().unknownOutcome(subject, signal.failure())))
                .onErrorMap(
                        EngineException.NotFound.class,
                        forgotten -> session.errors().unknownOutcome(subject, forgotten));
    }

    private static EngineRequest look(String id) {
        return EngineRequest.get(LxdTarget.of("operations", id).toString());
    }

    private Mono<LxdWire.Operation> read(EngineRequest request, String id) {
        return session.callBy(waits, LxdCall.DAEMON, "operation " + id, request).flatMap(reply -> {
            String failure = failureWithin(reply);
            return failure == null
                    ? Mono.just(session.read(LxdCall.DAEMON, "operation " + id, reply, LxdWire.Operation.class))
                    : read(look(id), id)
                            .onErrorResume(EngineException.NotFound.class, _ -> Mono.just(failed(id, failure)));
        });
    }

    /** Incus begins its answer before it knows the end: a failure comes with 200 then, as does that the time is over. */
    private @Nullable String failureWithin(EngineReply reply) {
        if (reply.status() >= 400) {
            return null;
        }
        LxdWire.Envelope envelope = session.envelope(reply.body());
        return "error".equals(envelope.type()) ? String.valueOf(envelope.error()) : null;
    }

    private static LxdWire.Operation failed(String id, String failure) {
        return new LxdWire.Operation(id, null, LxdWire.Operation.FAILURE, null, null, false, failure, null);
    }

    private static boolean isOverdue(Throwable failure) {
        return failure instanceof EngineException.Failed failed
                && String.valueOf(failed.evidence().nativeMessage()).contains("deadline exceeded");
    }

    private String id(LxdWire.Operation operation) {
        @Nullable String id = operation.id();
        if (id == null) {
            throw session.errors().nonsense("an operation without an id", null);
        }
        return id;
    }
}
