package dev.roadstead.session;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Cuid;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.session.ExecState.Ended;
import dev.roadstead.session.ExecState.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * All exec sessions, in this process's memory: those that run, and for a while those that have ended. Their number is bounded, and so
 * is what ended ones may hold.
 */
public final class ExecSessions {
    private static final int MOST_ENDED = 10_000;
    private static final long MOST_ENDED_BYTES = 64L << 20;

    private final SessionLimits limits;
    private final Clock clock;
    private final Scheduler timers;
    private final Map<String, LiveSession> sessions = new ConcurrentHashMap<>();

    private final Places places = new Places();

    /** Keeps none yet. */
    public ExecSessions(SessionLimits limits, Clock clock, Scheduler timers) {
        this.limits = limits;
        this.clock = clock;
        this.timers = timers;
    }

    /**
     * Starts a process in a container. An attached one waits as long as its lease for its first writer.
     *
     * @return fails with {@link TooManySessionsException}, or with the engine's {@link EngineException}
     */
    public Mono<ExecSession> start(Engine engine, ContainerId id, Cuid cuid, ExecSpec spec, ExecTerms terms) {
        return Mono.defer(() -> {
            Place place = places.take(terms.owner());
            return engine.exec()
                    .start(id, spec)
                    .<ExecSession>map(process -> {
                        LiveSession session = new LiveSession(
                                new LiveSession.Subject(UUID.randomUUID().toString(), engine.name(), cuid, spec, terms),
                                process,
                                limits,
                                clock,
                                timers,
                                ended -> {
                                    place.leave();
                                    places.keep(ended);
                                });
                        place.occupy();
                        sessions.put(session.id(), session);
                        session.begin();
                        return session;
                    })
                    .doOnError(_ -> place.leave())
                    .doOnCancel(place::leaveUnlessOccupied);
        });
    }

    /**
     * One of them.
     *
     * @throws EngineException.NotFound if there is none, or it is another user's
     */
    public ExecSession get(String id, String user) {
        places.forgetOld();
        LiveSession session = sessions.get(id);
        if (session == null || !session.terms().owner().equals(user)) {
            throw new EngineException.NotFound(
                    "NO_SUCH_EXEC", "no exec %s (ended ones are kept for a while)".formatted(id), Evidence.NONE);
        }
        return session;
    }

    /** Those of a user, running or kept. */
    public List<ExecSession> list(String user) {
        places.forgetOld();
        return sessions.values().stream()
                .filter(session -> session.terms().owner().equals(user))
                .<ExecSession>map(session -> session)
                .toList();
    }

    /** How many run. */
    public int running() {
        return places.taken();
    }

    /** Ends what is attached to a client, and sees out what is being ended; what was started to run by itself goes on. */
    public Mono<Void> close() {
        return Flux.fromIterable(List.copyOf(sessions.values()))
                .filter(session -> session.state().status() == Status.RUNNING
                        && (session.terms().attached() || session.state().ended() != null))
                .flatMap(session -> session.end(Ended.SHUTDOWN), Integer.MAX_VALUE)
                .then();
    }

    /** One running session's place among all and among its user's. */
    private final class Place {
        private final String owner;
        private final AtomicBoolean occupied = new AtomicBoolean();
        private final AtomicBoolean left = new AtomicBoolean();

        Place(String owner) {
            this.owner = owner;
        }

        void occupy() {
            occupied.set(true);
        }

        /** Nobody wants it any more; a session that is there already leaves by itself. */
        void leaveUnlessOccupied() {
            if (!occupied.get()) {
                leave();
            }
        }

        void leave() {
            if (left.compareAndSet(false, true)) {
                places.give(owner);
            }
        }
    }

    private final class Places {
        private final Map<String, Integer> byOwner = new HashMap<>();
        private final Deque<LiveSession> ended = new ArrayDeque<>();
        /** Those of them whose output is still kept, in the same order. */
        private final Deque<LiveSession> withOutput = new ArrayDeque<>();

        private long bytes;
        private int taken;

        synchronized int taken() {
            return taken;
        }

        synchronized Place take(String owner) {
            int own = byOwner.getOrDefault(owner, 0);
            if (taken >= limits.most()) {
                throw new TooManySessionsException("%d exec sessions run already, as many as may be".formatted(taken));
            }
            if (own >= limits.mostPerUser()) {
                throw new TooManySessionsException(
                        "%d exec sessions of user %s run already, as many as may be".formatted(own, owner));
            }
            taken++;
            byOwner.put(owner, own + 1);
            return new Place(owner);
        }

        synchronized void give(String owner) {
            taken--;
            byOwner.computeIfPresent(owner, (_, own) -> own == 1 ? null : own - 1);
        }

        /** Keeps an ended session; the oldest ones lose their output, and then their place. */
        synchronized void keep(LiveSession session) {
            ended.addLast(session);
            withOutput.addLast(session);
            bytes += session.kept();
            Iterator<LiveSession> oldestFirst = withOutput.iterator();
            while (bytes > MOST_ENDED_BYTES && oldestFirst.hasNext()) {
                LiveSession oldest = oldestFirst.next();
                if (oldest != session && !oldest.isBeingRead()) {
                    oldestFirst.remove();
                    bytes -= oldest.kept();
                    oldest.forgetOutput();
                }
            }
            while (ended.size() > MOST_ENDED) {
                forget(ended.removeFirst());
            }
            forgetOld();
        }

        private void forget(LiveSession session) {
            sessions.remove(session.id());
            if (withOutput.remove(session)) {
                bytes -= session.kept();
            }
        }

        synchronized void forgetOld() {
            Instant limit = clock.instant().minus(limits.retention());
            while (!ended.isEmpty()) {
                Instant finishedAt = ended.getFirst().state().finishedAt();
                if (finishedAt == null || !finishedAt.isBefore(limit)) {
                    return;
                }
                forget(ended.removeFirst());
            }
        }
    }
}
