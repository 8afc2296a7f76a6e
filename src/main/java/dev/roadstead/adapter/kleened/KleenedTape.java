package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.transport.EngineRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What containers write, as far as the gateway holds the link to them: those that it started itself since it runs, if the operator
 * wants that. What was not seen is not told.
 */
final class KleenedTape {
    /** Containers whose output is remembered after their end. */
    private static final int MOST_ENDED = 256;

    private final KleenedSession session;
    private final Clock clock;
    private final Map<ContainerId, KleenedReel> reels = new LinkedHashMap<>();

    KleenedTape(KleenedSession session) {
        this(session, Clock.systemUTC());
    }

    KleenedTape(KleenedSession session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    boolean isCapturing() {
        return session.settings().kleened().captureLogs();
    }

    /** Keeps what a container writes from now on, until its main process ends. */
    void hold(ContainerId id, KleenedSocket link) {
        KleenedReel reel;
        synchronized (this) {
            KleenedReel known = reels.remove(id);
            reel = known == null ? new KleenedReel(session.settings().kleened().logMemory(), clock) : known;
            reels.put(id, reel);
            forgetOldest();
        }
        reel.hold(link);
    }

    private void forgetOldest() {
        int tooMany = reels.size() - MOST_ENDED;
        if (tooMany > 0) {
            List<ContainerId> ended = reels.entrySet().stream()
                    .filter(reel -> reel.getValue().link() == null)
                    .map(Map.Entry::getKey)
                    .limit(tooMany)
                    .toList();
            ended.forEach(reels::remove);
        }
    }

    /** Forgets a container that is gone. */
    void forget(ContainerId id) {
        KleenedReel reel;
        synchronized (this) {
            reel = reels.remove(id);
        }
        if (reel != null) {
            reel.letGo();
        }
    }

    private synchronized @Nullable KleenedReel reel(ContainerId id) {
        return reels.get(id);
    }

    Mono<EngineStream<LogEntry>> logs(ContainerId id, LogQuery query) {
        return Mono.defer(() -> {
            if (!isCapturing()) {
                return Mono.error(session.errors().unsupported(Capability.LOGS, KleenedCapabilities.NO_LOGS));
            }
            return isRunning(id).flatMap(running -> {
                KleenedReel reel = reel(id);
                if (reel == null && running) {
                    return Mono.error(notSeen(id));
                }
                return Mono.just(
                        new EngineStream<>(reel == null ? Flux.<LogEntry>empty() : entries(id, reel, query), () -> {}));
            });
        });
    }

    private Flux<LogEntry> entries(ContainerId id, KleenedReel reel, LogQuery query) {
        return Flux.defer(() -> {
            KleenedReel.Read past = reel.read(0);
            long from = past.chunks().isEmpty()
                    ? reel.next()
                    : past.chunks().getLast().end();
            LineCutter cutter = new LineCutter();
            List<LogEntry> kept = new ArrayList<>();
            past.chunks().forEach(chunk -> kept.addAll(cutter.feed(chunk.time(), chunk.data())));
            if (past.missed() > 0 && !kept.isEmpty()) {
                // Its beginning was dropped.
                kept.removeFirst();
            }
            if (!query.follow() || past.ended()) {
                kept.addAll(cutter.rest());
            }
            List<LogEntry> wanted =
                    kept.stream().filter(entry -> isWanted(entry, query)).toList();
            Integer tail = query.tail();
            List<LogEntry> last =
                    tail == null ? wanted : wanted.subList(Math.max(0, wanted.size() - tail), wanted.size());
            Flux<LogEntry> all = Flux.fromIterable(last);
            if (query.follow()) {
                all = all.concatWith(Flux.defer(() -> reel.follow(from))
                        .concatMap(read -> more(id, read, cutter), 1)
                        .filter(entry -> isWanted(entry, query)));
            }
            return query.times() ? all : all.map(entry -> new LogEntry(entry.stream(), null, entry.data()));
        });
    }

    private Flux<LogEntry> more(ContainerId id, KleenedReel.Read read, LineCutter cutter) {
        List<LogEntry> lines = new ArrayList<>();
        if (read.missed() > 0) {
            return Flux.error(tooSlow(id, read.missed()));
        }
        read.chunks().forEach(chunk -> lines.addAll(cutter.feed(chunk.time(), chunk.data())));
        if (read.ended()) {
            lines.addAll(cutter.rest());
        }
        Throwable failure = read.failure();
        Flux<LogEntry> told = Flux.fromIterable(lines);
        return failure == null ? told : told.concatWith(Flux.error(failure));
    }

    private static boolean isWanted(LogEntry entry, LogQuery query) {
        return query.stdout()
                && entry.time() != null
                && (query.since() == null || !entry.time().isBefore(query.since()))
                && (query.until() == null || !entry.time().isAfter(query.until()));
    }

    /** Joins a container's main process, if the gateway holds the link to it. */
    Mono<Attachment> attach(ContainerId id) {
        return Mono.defer(() -> {
            if (!isCapturing()) {
                return Mono.error(session.errors().unsupported(Capability.ATTACH, KleenedReasons.NO_ATTACH));
            }
            return isRunning(id).flatMap(running -> {
                KleenedReel reel = reel(id);
                KleenedSocket link = reel == null ? null : reel.link();
                if (reel != null && link != null) {
                    return Mono.just(new Joined(id, reel, link));
                }
                return Mono.error(running ? notSeen(id) : wrongState("CONTAINER_NOT_RUNNING", id, "is not running"));
            });
        });
    }

    private Mono<Boolean> isRunning(ContainerId id) {
        return session.read(
                        KleenedCall.CONTAINER,
                        "container " + id,
                        EngineRequest.get(KleenedTarget.of("containers", id.value(), "inspect")
                                .toString()),
                        KleenedWire.ContainerInspection.class)
                .map(inspection -> inspection.container() != null
                        && Boolean.TRUE.equals(inspection.container().running()));
    }

    /** Lets go of every link; the containers run on. */
    Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            List<KleenedReel> all;
            synchronized (this) {
                all = List.copyOf(reels.values());
                reels.clear();
            }
            all.forEach(KleenedReel::letGo);
        });
    }

    private EngineException notSeen(ContainerId id) {
        return wrongState(
                "OUTPUT_NOT_SEEN",
                id,
                "was not started by this gateway, or its link was lost; started again it is seen");
    }

    private EngineException tooSlow(ContainerId id, long missed) {
        return new EngineException.Failed(
                "OUTPUT_LOST",
                "%d bytes of what container %s wrote were dropped before they were read".formatted(missed, id),
                session.errors().evidence(),
                null);
    }

    private EngineException wrongState(String code, ContainerId id, String what) {
        return new EngineException.WrongState(
                code, "container %s %s".formatted(id, what), session.errors().evidence());
    }

    /** One of those who share a link; leaving leaves the process alone. */
    private final class Joined implements Attachment {
        private final ContainerId id;
        private final KleenedReel reel;
        private final KleenedSocket link;
        private final long from;
        private volatile boolean left;

        private Joined(ContainerId id, KleenedReel reel, KleenedSocket link) {
            this.id = id;
            this.reel = reel;
            this.link = link;
            this.from = reel.next();
        }

        @Override
        public boolean hasTerminal() {
            return false;
        }

        @Override
        public Flux<ExecOutput> output() {
            return reel.follow(from).takeWhile(_ -> !left).concatMap(this::pieces, 1);
        }

        private Flux<ExecOutput> pieces(KleenedReel.Read read) {
            if (read.missed() > 0) {
                return Flux.error(tooSlow(id, read.missed()));
            }
            Flux<ExecOutput> told = Flux.fromIterable(read.chunks())
                    .map(chunk -> new ExecOutput(OutputStreamName.STDOUT, chunk.data()));
            Throwable failure = read.failure();
            return failure == null ? told : told.concatWith(Flux.error(failure));
        }

        @Override
        public Mono<Void> input(byte[] data) {
            return Mono.defer(() -> {
                if (link.hasEnded()) {
                    return Mono.error(wrongState("CONTAINER_NOT_RUNNING", id, "does not run any more"));
                }
                return data.length == 0 ? Mono.empty() : link.input(data);
            });
        }

        @Override
        public Mono<Void> closeInput() {
            return Mono.error(() -> wrongState("STDIN_STAYS_OPEN", id, "keeps its input open for others"));
        }

        @Override
        public Mono<Void> resize(int columns, int rows) {
            return Mono.error(() -> wrongState("NO_TERMINAL", id, "has no terminal"));
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromRunnable(() -> left = true);
        }
    }
}
